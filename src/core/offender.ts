/** An offender as a value. */
import type { Address } from './address/address.js';

/**
 * The memory of an address's earlier bans in one jail; what growing ban times and the recidive jail are computed from.
 */
export interface Offender {
  readonly jail: string;
  readonly address: Address;
  /** How many bans so far (bancount). */
  readonly count: number;
  /** Start of the latest ban. µs since the epoch. */
  readonly bannedAt: number;
  /** Length of the latest ban. µs; FOREVER if permanent. */
  readonly bantime: number;
  /** Sum of the lengths of all bans so far. µs. */
  readonly totalBantime: number;
}
