/** The addresses that people allowed for a time. What is over spares nobody, without anybody having to tidy up. */
import type { Address } from '../core/address.js';
import { IgnoreSet } from '../core/ignore.js';
import type { Allowance, Clock } from '../ports.js';
import { isHeld } from './spare-list.js';

export interface Allowances {
  /** Those in force now. */
  inForce(): readonly Allowance[];
  /** What they are after the clock was set forward by so much (back, when negative). µs */
  moved(by: number): readonly Allowance[];
  replace(list: readonly Allowance[]): void;
  /** True when the address, or for a prefix anything in it, is allowed now. */
  holds(address: Address): boolean;
}

export function createAllowances(clock: Clock): Allowances {
  /** Those that are over stay until they are replaced: the clock may be set back. */
  let list: readonly Allowance[] = [];
  let built: readonly Allowance[] = [];
  let set = new IgnoreSet([]);

  const build = (wanted: readonly Allowance[]) => {
    built = wanted;
    set = new IgnoreSet(wanted.map(({ address }) => address));
  };
  const inForce = () => {
    const now = clock.now();
    const valid = list.filter(({ until }) => until > now);
    // Of the same list, as many are the same ones.
    if (valid.length !== built.length) build(valid);
    return built;
  };
  return {
    inForce,
    moved: (by) =>
      list.map((allowance) => ({ ...allowance, since: allowance.since + by, until: allowance.until + by })),
    replace(wanted) {
      list = wanted;
      build([]);
    },
    holds: (address) => inForce().length > 0 && isHeld(set, address),
  };
}
