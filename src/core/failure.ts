/** A failure as a value. */
import type { Address } from './address/address.js';

/** One hit of a jail's filter: who, when, and the journal entries that say so. */
export interface Failure {
  readonly jail: string;
  readonly address: Address;
  /** When the failure was logged. µs since the epoch. */
  readonly at: number;
  /** Cursor of the entry that completed the failure. */
  readonly cursor: string;
  /** Cursors of all entries charged to it, oldest first; the last one is `cursor`. */
  readonly evidence: readonly string[];
  /** How many failures this entry counts as (≥ 1). */
  readonly count: number;
  /** The account that was tried, when the filter captured one. */
  readonly user?: string;
}
