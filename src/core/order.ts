/** What a person asks of the decider, and what it answers: a ban is made as asked, or refused with the reason. */
import type { Address } from './address.js';
import type { Ban } from './ban.js';
import type { Effect, SparedBy } from './effect.js';

export interface BanOrder {
  readonly address: Address;
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

export type BanAnswer =
  | { readonly outcome: 'banned'; readonly ban: Ban; readonly effects: readonly Effect[] }
  | { readonly outcome: 'refused'; readonly by: Refusal };
