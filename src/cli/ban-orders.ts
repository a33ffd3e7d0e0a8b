/** In which orders bans are listed, each from the least to the most. What is alike stays in the order it came in. */
import type { BanView } from '../agent/explanation.js';
import { compareAddresses } from '../core/address/address.js';
import type { Ban } from '../core/ban.js';

export const BAN_ORDERS = ['since', 'left', 'address', 'count'] as const;

export type BanOrder = (typeof BAN_ORDERS)[number];

/** Puts bans in order that come one by one and are not kept. */
export interface Positions {
  add(ban: Ban): void;
  /** The numbers of those that were added, from 0 on. */
  sorted(): readonly number[];
}

interface Ordering {
  readonly compare: (one: BanView, other: BanView) => number;
  readonly positions: () => Positions;
}

function by<Key>(keyOf: (ban: Ban) => Key, compare: (one: Key, other: Key) => number): Ordering {
  return {
    compare: ({ ban: one }, { ban: other }) => compare(keyOf(one), keyOf(other)),
    positions() {
      const added: { readonly key: Key; readonly at: number }[] = [];
      return {
        add: (ban) => void added.push({ key: keyOf(ban), at: added.length }),
        sorted: () => added.sort((one, other) => compare(one.key, other.key)).map(({ at }) => at),
      };
    },
  };
}

/** Also of what never ends: Infinity less itself is no number. */
function compareNumbers(one: number, other: number): number {
  return one === other ? 0 : one - other;
}

export const orderBy: Readonly<Record<BanOrder, Ordering>> = {
  since: by(({ since }) => since, compareNumbers),
  left: by(({ until }) => until, compareNumbers),
  address: by(({ address }) => address, compareAddresses),
  count: by(({ count }) => count, compareNumbers),
};
