/** Which of f2b's bans end when a switch from fail2ban is taken back. Invariant: none that fail2ban lacks ends unsaid. */
import type { BanView } from '../../agent/explanation.js';
import { createConcurrencyLimit } from '../../async/concurrency-limit.js';
import { isAgentAway } from '../../control/agent-away.js';
import { parseAddress } from '../../core/address/address.js';
import type { Ban } from '../../core/ban.js';
import { printable } from '../../core/printable.js';
import { isCarriedOver } from '../../import/bans.js';
import { counted } from '../../text/counted.js';
import { withAgentIfThere } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import type { SwitchRecord } from './switch-record.js';

const MOST_TOLD = 20;
/** Calls under way at a time. */
const AT_ONCE = 4;

/** Tells the bans that end with f2b, and that no jail of fail2ban's stands for: by hand, of the fleet, of other jails. */
export function tellLost(held: readonly BanView[], jails: SwitchRecord['jails'], errors: Dependencies['errors']): void {
  const names = new Set(jails.map(({ name }) => name));
  const lost = held.map(({ ban }) => ban).filter((ban) => !names.has(ban.jail) && !isCarriedOver(ban));
  if (lost.length === 0) return;
  const told = lost.slice(0, MOST_TOLD).map(({ jail, address }) => `${address.text} of ${printable(jail)}`);
  const more = lost.length > told.length ? `, and ${lost.length - told.length} more` : '';
  errors.write(
    `fail2ban has no jail for ${counted(lost.length, 'ban')}, which end here: ${told.join(', ')}${more}. To ban by hand there: fail2ban-client set JAIL banip ADDRESS\n`,
  );
}

export async function liftAll(dependencies: Dependencies): Promise<void> {
  await withAgentIfThere(dependencies, isAgentAway, async (client) => {
    for (const text of ['0.0.0.0/0', '::/0']) {
      const everybody = parseAddress(text);
      if (everybody !== undefined) for await (const _ of client.unban(everybody));
    }
  });
}

/** Lifts what jails banned since `at`, µs since the epoch, and what was carried over from fail2ban, which holds it. */
export async function liftSince(at: number, held: readonly BanView[], dependencies: Dependencies): Promise<void> {
  const isOfJail = ({ origin }: Ban) => origin === 'jail' || origin === 'recidive';
  const meant = held.map(({ ban }) => ban).filter((ban) => isCarriedOver(ban) || (ban.since >= at && isOfJail(ban)));
  const limited = createConcurrencyLimit(AT_ONCE);
  await withAgentIfThere(dependencies, isAgentAway, (client) => {
    const lift = async ({ address, jail }: Ban) => {
      for await (const _ of client.unban(address, jail));
    };
    return Promise.all(meant.map((ban) => limited(() => lift(ban))));
  });
}
