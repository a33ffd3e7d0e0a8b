/** What a message led to. */
import type { Address } from '../../core/address/address.js';
import type { Change, Refusal } from './change.js';

export interface Decided {
  readonly changes: readonly Change[];
  /** Whose verdict may be another one now. */
  readonly touched: readonly Address[];
  /** Why it changed nothing, and who published it, if its subject says so. */
  readonly refusal?: { readonly why: Refusal; readonly host?: string };
}

export const nothing: Decided = { changes: [], touched: [] };
