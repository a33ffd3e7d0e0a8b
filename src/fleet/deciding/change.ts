/** What the fleet's decisions change in its memory. Invariant: storing changes twice equals storing them once. */
import type { Address } from '../../core/address/address.js';
import type { CountOffer } from '../messages/message.js';
import type { Claim } from './claim.js';

export const refusals = ['malformed', 'prefix', 'one-link', 'rate', 'too-many-of-host', 'too-many'] as const;

/** Why a message changed nothing. */
export type Refusal = (typeof refusals)[number];

/** What is remembered of a host that publishes. */
export interface Reporter {
  readonly host: string;
  /** The minute of the stream's clock in which it published last, and how many bans in it. */
  readonly minute: number;
  readonly published: number;
  readonly refused: number;
  readonly lastRefusal?: Refusal;
}

/** What a host told of itself last. */
export interface Member {
  readonly host: string;
  readonly version: string;
  readonly addresses: readonly Address[];
  /** When, by the stream's clock; µs since the epoch. */
  readonly seenAt: number;
  readonly sequence: number;
  /** Messages of the stream that it had not read then. */
  readonly behind: number;
  readonly applied: number;
  /** It tells of itself again after so long, µs. */
  readonly interval: number;
  readonly count?: CountOffer;
}

/** An administrator's ban of an address everywhere. */
export interface Order {
  readonly address: Address;
  readonly until: number;
  readonly reason?: string;
  /** Of its message in the stream. */
  readonly sequence: number;
  /** When it was given, by the clock of the administrator's host. */
  readonly saidAt: number;
}

/** That an administrator spares an address from bans of others, on every host. */
export interface Allowance {
  readonly address: Address;
  /** By the stream's clock, as `toldAt`; µs since the epoch. */
  readonly until: number;
  /** The end by the clock of the host that tells it. */
  readonly saidUntil: number;
  readonly by: string;
  readonly reason?: string;
  /** Of the last message under its subject in the stream, and when the servers got it; 0 when it is not there. */
  readonly sequence: number;
  readonly toldAt: number;
}

/** An address that a person of this host let in: what others had said of it by then does not count here. */
export interface Lifted {
  readonly address: Address;
  /** The stream was read up to here. */
  readonly sequence: number;
  /** The latest time that the stream's clock is known to have had, µs since the epoch. */
  readonly before: number;
}

/** An administrator's unban: what this host banned itself before `before` (µs since the epoch) is to be lifted. */
export interface Release {
  readonly address: Address;
  readonly before: number;
}

export type Change =
  | { readonly kind: 'claim'; readonly claim: Claim }
  | { readonly kind: 'drop-claim'; readonly claim: Claim }
  /** The sequence of every claim so far is 0: the stream is another one. */
  | { readonly kind: 'claims-anew' }
  | { readonly kind: 'reporter'; readonly reporter: Reporter }
  | { readonly kind: 'member'; readonly member: Member }
  | { readonly kind: 'drop-member'; readonly host: string }
  | { readonly kind: 'order'; readonly order: Order }
  | { readonly kind: 'drop-order'; readonly address: Address }
  | { readonly kind: 'allowance'; readonly allowance: Allowance }
  | { readonly kind: 'drop-allowance'; readonly address: Address }
  | { readonly kind: 'lifted'; readonly lifted: Lifted }
  | { readonly kind: 'drop-lifted'; readonly address: Address }
  | { readonly kind: 'release'; readonly release: Release }
  | { readonly kind: 'drop-release'; readonly address: Address }
  /** What this host banned before `before` (µs since the epoch) is taken back: it is not published again. */
  | { readonly kind: 'withdrawn-here'; readonly before: number }
  /** Something that is no word of this host took the place of its own with this subject in the stream. */
  | { readonly kind: 'overwritten'; readonly subject: string }
  | { readonly kind: 'paused'; readonly isPaused: boolean }
  /** How far the clock of the servers is ahead of that of this host, µs. */
  | { readonly kind: 'clock'; readonly ahead: number };

/** What earlier runs remember. */
export interface FleetMemory {
  readonly claims: Iterable<Claim>;
  readonly reporters: readonly Reporter[];
  readonly members: readonly Member[];
  readonly orders: readonly Order[];
  readonly allowances: readonly Allowance[];
  readonly lifted: readonly Lifted[];
  readonly releases: readonly Release[];
  readonly isPaused: boolean;
  readonly ahead: number;
}
