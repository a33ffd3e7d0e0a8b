/**
 * Takes a switch from fail2ban back. Invariant: fail2ban guards, and holds whom it held, before f2b lets go of anybody, and
 * once the switch was confirmed it also holds whom f2b holds. Before, f2b's bans may be why it is taken back: fail2ban is
 * not told of them.
 */
import type { BanView } from '../../agent/explanation.js';
import { DEFAULT_CONFIG_DIRECTORY } from '../../config/directories.js';
import { isAgentAway } from '../../control/agent-away.js';
import type { Address } from '../../core/address/address.js';
import type { Ban } from '../../core/ban.js';
import { printableLines } from '../../core/printable.js';
import { asF2bError, F2bError } from '../../errors.js';
import { isCarriedOver } from '../../import/bans.js';
import { counted } from '../../text/counted.js';
import { reloadAgent } from '../change-configuration.js';
import { withAgentIfThere } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { type Fail2banServer, fail2banServer } from './fail2ban-server.js';
import { heldBy } from './held-by.js';
import { liftAll, liftSince, tellLost } from './lift.js';
import { services } from './services.js';
import { readRecord, removeRecord, type SwitchRecord, writeRecord } from './switch-record.js';

/** Throws SWITCH_REFUSED when nothing was switched, or fail2ban does not come up: then f2b goes on guarding. */
export async function switchBack(dependencies: Dependencies): Promise<void> {
  const record = readRecord(dependencies);
  if (record === undefined)
    throw new F2bError('SWITCH_REFUSED', 'nothing was switched over, or it was taken back already', {
      hint: 'systemctl status fail2ban f2bd says who guards',
    });
  await takeBack(record, dependencies);
}

/**
 * The same after a failure, which is what is to be thrown: what goes wrong here is told. It is also for what another
 * process has taken back meanwhile, as this one may have done more since.
 */
export async function takeBackAfterFailure(record: SwitchRecord, dependencies: Dependencies): Promise<void> {
  try {
    if (readRecord(dependencies) === undefined) writeRecord(record, dependencies);
    await takeBack(record, dependencies);
  } catch (error) {
    const { message, hint } = asF2bError(error);
    dependencies.errors.write(printableLines(`It could not be taken back: ${message}\nhint: ${hint}\n`));
  }
}

async function takeBack(record: SwitchRecord, dependencies: Dependencies): Promise<void> {
  const { errors, output } = dependencies;
  const units = services(dependencies);
  if (record.fail2banWasEnabled) await units.change('enable', '--quiet', 'fail2ban');
  await units.change('start', 'fail2ban');
  const server = fail2banServer(record.directory, dependencies);
  if (!(await server.untilAnswers()))
    throw new F2bError('SWITCH_REFUSED', 'fail2ban was started and does not answer; f2b goes on guarding', {
      hint: 'see: journalctl -u fail2ban; once it answers: f2bctl import --back',
    });
  const running = await server.untilRun(record.jails.map(({ from }) => from));
  const jails = record.jails.filter(({ from }) => running.includes(from));
  const held = await withAgentIfThere(dependencies, isAgentAway, (client) => client.bans({ evidence: false }));
  if (held === undefined)
    errors.write(
      'f2bd does not run, and its bans may still be in the firewall: systemctl start f2bd; then f2bctl bans shows them, and f2bctl unban --all lifts them\n',
    );
  const handed = await handBack({ ...record, jails }, held ?? [], server, dependencies);
  if (record.isConfirmed) {
    output.write(`fail2ban guards again, and was told of ${counted(handed, 'ban')} more.\n`);
  } else output.write('fail2ban guards again. It is not told whom f2b banned, as the switch was not confirmed.\n');
  if (!record.wasGuarding) tellLost(held ?? [], jails, errors);
  await undo(record, held ?? [], dependencies);
  removeRecord(dependencies);
  await units.disarmBack();
}

/**
 * Waits until fail2ban holds whom it held, in jails that run there; then bans by it who is missing, of all that f2b holds
 * when the switch was confirmed. Of how many that is.
 */
async function handBack(
  { jails, isConfirmed }: Pick<SwitchRecord, 'jails' | 'isConfirmed'>,
  held: readonly BanView[],
  server: Fail2banServer,
  { errors }: Dependencies,
): Promise<number> {
  let handed = 0;
  for (const { from, name } of jails) {
    const here = held.map(({ ban }) => ban).filter(({ jail }) => jail === name);
    const lost = await server.untilHolds(from, here.filter(isCarriedOver).map(addressOf));
    const there = heldBy(await server.banned(from));
    const missing = isConfirmed ? here.map(addressOf).filter((address) => !there(address)) : lost;
    const refused = await server.ban(from, missing);
    if (refused.length > 0)
      errors.write(`[${from}] of fail2ban does not hold: ${refused.map(({ text }) => text).join(' ')}\n`);
    handed += missing.length - refused.length;
  }
  return handed;
}

function addressOf({ address }: Ban): Address {
  return address;
}

/** f2b is as it was before: with no bans if it did not guard, and without what was written, if nobody changed it since. */
async function undo(record: SwitchRecord, held: readonly BanView[], dependencies: Dependencies): Promise<void> {
  const { configuration, output } = dependencies;
  const units = services(dependencies);
  if (!record.wasGuarding) {
    await liftAll(dependencies);
    await units.change('stop', 'f2bd');
  } else if (!record.isConfirmed) await liftSince(record.at, held, dependencies);
  if (!record.wasEnabled) await units.change('disable', '--quiet', 'f2bd');
  for (const tail of record.tails) await units.change('disable', '--quiet', '--now', tail);
  for (const { path, text } of record.created) {
    const there = configuration.read(path);
    if (there === text) configuration.remove(path);
    else if (there !== undefined) output.write(`Left as it is, as somebody changed it: ${path}\n`);
  }
  if (record.wasGuarding) await reloadAgent(DEFAULT_CONFIG_DIRECTORY, dependencies);
}
