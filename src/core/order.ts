/** What a person asks of the decider, and what it answers: bans are made as asked, all of them, or none. */
import type { Address } from './address.js';
import type { Ban } from './ban.js';
import type { Effect, SparedBy } from './effect.js';

export interface BanOrder {
  readonly addresses: readonly Address[];
  /** Default: the jail of manual bans. */
  readonly jail?: string;
  /** µs; FOREVER for permanent. Default: the jail's, or permanent without a jail. */
  readonly bantime?: number;
  readonly reason?: string;
  /** Bans also who is spared, except the machine's own addresses. */
  readonly force?: boolean;
}

/** `everybody`: 0.0.0.0/0 or ::/0, never banned. `unknown-jail`: no jail of that name. */
export type Refusal = 'everybody' | 'unknown-jail' | SparedBy;

/** One of the addresses, and what stands against banning it. */
export interface RefusedAddress {
  readonly address: Address;
  readonly by: Refusal;
}

export type BanAnswer =
  | { readonly outcome: 'banned'; readonly bans: readonly Ban[]; readonly effects: readonly Effect[] }
  | { readonly outcome: 'refused'; readonly refusals: readonly RefusedAddress[] };
