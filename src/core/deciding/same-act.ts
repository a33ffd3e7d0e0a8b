/**
 * Whether two jails banned an address for one act: for the same entries, or for entries that were still on their way when
 * the first ban took effect. For repeat offenders such bans count once.
 */
import { covers } from '../address/address.js';
import type { Ban } from '../ban.js';

/**
 * True when `later` answers the same act as `earlier`, which is in force and of another jail. A ban that closes
 * everything leaves no room for another act. One that closes ports does, but not for what had begun before it.
 * `begunAt`: the first failure that led to `later`, µs since the epoch.
 */
export function isSameAct(later: Ban, begunAt: number, earlier: Ban): boolean {
  if (earlier.jail === later.jail || earlier.origin !== 'jail') return false;
  const answered = earlier.members ?? [earlier];
  return answered.some(
    ({ address, disposition, since }) =>
      covers(address, later.address) && (disposition !== 'ports' || begunAt <= since),
  );
}
