/**
 * Takes a switch from fail2ban back. Invariant: fail2ban guards, and holds whom f2b holds, before f2b lets go of anybody.
 */
import { DEFAULT_CONFIG_DIRECTORY } from '../../config/directories.js';
import { parseAddress } from '../../core/address/address.js';
import { F2bError } from '../../errors.js';
import { counted } from '../../text/counted.js';
import { reloadAgent } from '../change-configuration.js';
import { withAgent } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { fail2banServer } from './fail2ban-server.js';
import { heldBy } from './held-by.js';
import { services } from './services.js';
import { readRecord, removeRecord, type SwitchRecord } from './switch-record.js';

/** Throws SWITCH_REFUSED when nothing was switched, or fail2ban does not come up: then f2b goes on guarding. */
export async function switchBack(dependencies: Dependencies): Promise<void> {
  const { output } = dependencies;
  const record = readRecord(dependencies);
  if (record === undefined)
    throw new F2bError('SWITCH_REFUSED', 'nothing was switched over, or it was taken back already', {
      hint: 'systemctl status fail2ban f2bd says who guards',
    });
  const units = services(dependencies);
  if (record.fail2banWasEnabled) await units.change('enable', '--quiet', 'fail2ban');
  await units.change('start', 'fail2ban');
  const server = fail2banServer(record.directory, dependencies);
  if (!(await server.untilAnswers()))
    throw new F2bError('SWITCH_REFUSED', 'fail2ban was started and does not answer; f2b goes on guarding', {
      hint: 'see: journalctl -u fail2ban; once it answers: f2bctl import --back',
    });
  output.write(
    `fail2ban guards again, and was told of ${counted(await handBack(record, dependencies), 'ban')} more.\n`,
  );
  await undo(record, dependencies);
  removeRecord(dependencies);
  await units.disarmBack();
}

/** Bans by fail2ban whom it does not hold; of how many that is. */
async function handBack({ directory, jails }: SwitchRecord, dependencies: Dependencies): Promise<number> {
  const { errors } = dependencies;
  const server = fail2banServer(directory, dependencies);
  const held = await withAgent(dependencies, (client) => client.bans({ evidence: false })).catch(() => []);
  let handed = 0;
  for (const { from, name } of jails) {
    const there = heldBy(await server.banned(from));
    const missing = held.filter(({ ban }) => ban.jail === name && !there(ban.address)).map(({ ban }) => ban.address);
    const refused = await server.ban(from, missing);
    if (refused.length > 0)
      errors.write(`[${from}] of fail2ban does not hold: ${refused.map(({ text }) => text).join(' ')}\n`);
    handed += missing.length - refused.length;
  }
  return handed;
}

/** f2b is as it was before: with no bans if it did not guard, and without what was written, if nobody changed it since. */
async function undo(record: SwitchRecord, dependencies: Dependencies): Promise<void> {
  const { configuration, output } = dependencies;
  const units = services(dependencies);
  if (!record.wasGuarding) {
    await liftAll(dependencies);
    await units.change('stop', 'f2bd');
  }
  if (!record.wasEnabled) await units.change('disable', '--quiet', 'f2bd');
  for (const tail of record.tails) await units.change('disable', '--quiet', '--now', tail);
  for (const { path, text } of record.created) {
    const there = configuration.read(path);
    if (there === text) configuration.remove(path);
    else if (there !== undefined) output.write(`Left as it is, as somebody changed it: ${path}\n`);
  }
  if (record.wasGuarding) await reloadAgent(DEFAULT_CONFIG_DIRECTORY, dependencies);
}

async function liftAll(dependencies: Dependencies): Promise<void> {
  await withAgent(dependencies, async (client) => {
    for (const text of ['0.0.0.0/0', '::/0']) {
      const everybody = parseAddress(text);
      if (everybody !== undefined) for await (const _ of client.unban(everybody));
    }
  });
}
