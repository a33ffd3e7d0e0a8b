/** What a person asks of the decider, and what it answers: bans are made as asked, all of them, or none. */
import type { Address } from './address/address.js';
import type { Ban, ReplacedBan } from './ban.js';
import type { Effect, SparedBy } from './effect.js';

export interface BanOrder {
  readonly addresses: readonly Address[];
  /** Default: the jail of manual bans. */
  readonly jail?: string;
  /** µs; FOREVER for permanent. Default: the jail's, or permanent without a jail. */
  readonly bantime?: number;
  readonly reason?: string;
  /** Bans also who is spared, except the machine's own addresses, and ends what a person made permanent. */
  readonly force?: boolean;
}

/**
 * `everybody`: 0.0.0.0/0 or ::/0, never banned. `unknown-jail`: no jail of that name. `permanent`: a person banned it
 * for ever, and this order would end that.
 */
export type Refusal = 'everybody' | 'unknown-jail' | 'permanent' | SparedBy;

/** One of the addresses, and what stands against banning it. */
export interface RefusedAddress {
  readonly address: Address;
  readonly by: Refusal;
}

/** A ban as it was asked for, and the one that was in force in its place. */
export interface OrderedBan {
  readonly ban: Ban;
  readonly replaced?: ReplacedBan;
}

export type BanAnswer =
  | { readonly kind: 'banned'; readonly bans: readonly OrderedBan[]; readonly effects: readonly Effect[] }
  | { readonly kind: 'refused'; readonly refusals: readonly RefusedAddress[] };

/** What became of one address of an order. */
export function orderedBan({ ban, replaced }: Effect & { kind: 'ban' }): OrderedBan {
  return replaced === undefined ? { ban } : { ban, replaced };
}
