/**
 * The addresses that people allowed for a time. What is over spares nobody, without anybody having to tidy up.
 * Invariant: changes are made one at a time, so none is lost to another, and a list is in force once it is stored.
 */

import { createSerialQueue } from '../../async/serial-queue.js';
import type { Address } from '../../core/address/address.js';
import { AddressSet } from '../../core/address/address-set.js';
import { asF2bError, withAdvice } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Allowance, Store } from '../../ports/store.js';
import { isHeld } from './ignore-list.js';

export interface Allowances {
  /** Those in force now. */
  inForce(): readonly Allowance[];
  /** True when the address, or for a prefix anything in it, is allowed now. */
  holds(address: Address): boolean;
  /** All that are remembered, those that are over too. */
  readonly all: readonly Allowance[];
  /** Takes in what turned up in a state that could not be read before; what is remembered of an address counts more. */
  adopt(stored: readonly Allowance[]): void;
  /** Takes over what is stored already. */
  restore(list: readonly Allowance[]): void;
  /** Stores what `next` makes of those in force, unless that is the same list. Rejects as the store does. */
  change(next: (inForce: readonly Allowance[]) => readonly Allowance[]): Promise<void>;
  /** Lets them begin and end as much later (or earlier, when negative) as the clock was set. µs. */
  move(by: number): Promise<void>;
}

export function createAllowances(clock: Clock, { saveAllowances }: Pick<Store, 'saveAllowances'>): Allowances {
  /** Those that are over stay until they are replaced: the clock may be set back. */
  let list: readonly Allowance[] = [];
  let built: readonly Allowance[] = [];
  let set = new AddressSet([]);
  const inTurn = createSerialQueue();

  const build = (wanted: readonly Allowance[]) => {
    built = wanted;
    set = new AddressSet(wanted.map(({ address }) => address));
  };
  const inForce = () => {
    const now = clock.now();
    const valid = list.filter(({ until }) => until > now);
    // Of the same list, as many are the same ones.
    if (valid.length !== built.length) build(valid);
    return built;
  };
  const restore = (wanted: readonly Allowance[]) => {
    list = wanted;
    build([]);
  };
  return {
    inForce,
    get all() {
      return list;
    },
    adopt: (stored) => restore([...list, ...unknownIn(list, stored)]),
    holds: (address) => list.length > 0 && inForce().length > 0 && isHeld(set, address),
    restore,
    change: (next) =>
      inTurn(async () => {
        const before = inForce();
        const wanted = next(before);
        if (wanted === before) return;
        const earlier = new Set(list);
        await saveAllowances(wanted).catch((cause: unknown) => {
          throw withAdvice(asF2bError(cause), 'then try again: nothing was allowed, and no allowance ended');
        });
        const adopted = list.filter((one) => !earlier.has(one));
        restore([...wanted, ...unknownIn(wanted, adopted)]);
      }),
    move: (by) =>
      inTurn(async () => {
        const moved = list.map((one) => ({ ...one, since: one.since + by, until: one.until + by }));
        // A store that fails here fails with the commit that follows too, and that is told and tried again.
        await saveAllowances(moved).catch(() => {});
        restore(moved);
      }),
  };
}

/** Those whose address has no allowance in the list. */
function unknownIn(list: readonly Allowance[], others: readonly Allowance[]): readonly Allowance[] {
  const known = new Set(list.map(({ address }) => address.text));
  return others.filter(({ address }) => !known.has(address.text));
}
