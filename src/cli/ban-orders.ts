/** In which orders bans are listed, each from the least to the most. */
import type { BanView } from '../agent/explanation.js';
import { compareAddresses } from '../core/address/address.js';

export const BAN_ORDERS = ['since', 'left', 'address', 'count'] as const;

export type BanOrder = (typeof BAN_ORDERS)[number];

export const compareBy: Readonly<Record<BanOrder, (one: BanView, other: BanView) => number>> = {
  since: ({ ban: one }, { ban: other }) => one.since - other.since,
  left: ({ ban: one }, { ban: other }) => (one.until === other.until ? 0 : one.until - other.until),
  address: ({ ban: one }, { ban: other }) => compareAddresses(one.address, other.address),
  count: ({ ban: one }, { ban: other }) => one.count - other.count,
};
