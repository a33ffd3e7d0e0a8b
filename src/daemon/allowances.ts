/** The addresses that people allowed for a time. What is over spares nobody, without anybody having to tidy up. */
import type { Address } from '../core/address.js';
import { IgnoreSet } from '../core/ignore.js';
import type { Allowance, Clock } from '../ports.js';
import { isHeld } from './spare-list.js';

export interface Allowances {
  /** Those in force now. */
  inForce(): readonly Allowance[];
  replace(list: readonly Allowance[]): void;
  /** True when the address, or for a prefix anything in it, is allowed now. */
  holds(address: Address): boolean;
}

export function createAllowances(clock: Clock): Allowances {
  let list: readonly Allowance[] = [];
  let set = new IgnoreSet([]);

  const replace = (wanted: readonly Allowance[]) => {
    const now = clock.now();
    list = wanted.filter(({ until }) => until > now);
    set = new IgnoreSet(list.map(({ address }) => address));
  };
  const inForce = () => {
    const now = clock.now();
    if (list.some(({ until }) => until <= now)) replace(list);
    return list;
  };
  return { inForce, replace, holds: (address) => inForce().length > 0 && isHeld(set, address) };
}
