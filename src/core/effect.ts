/** What the core decides. Invariant: effects are plain values, and storing them twice equals storing them once. */
import type { Address } from './address/address.js';
import type { Ban, ReplacedBan } from './ban.js';
import type { Failure } from './failure.js';
import type { Offender } from './offender.js';

/** Why a ban ended. `folded`: replaced by the ban of the prefix around it. */
export type UnbanCause = (typeof unbanCauses)[number];
export const unbanCauses = ['expired', 'manual', 'folded', 'jail-removed'] as const;

/** Why an offending address was not banned. */
export type SparedBy = (typeof sparers)[number];
export const sparers = ['ignoreip', 'own-address', 'firewall-zone', 'ignorecommand', 'logged-in', 'allowed'] as const;

/**
 * What the core tells the shell to do: store it, enforce it, tell about it.
 * Effects are values in the order they were decided; storing them twice equals storing them once.
 */
export type Effect =
  /**
   * A failure was counted and stays in the tally until findtime has passed. `counted`: the failures of its address
   * within findtime, this one included, each with its weight.
   */
  | { readonly kind: 'failure'; readonly failure: Failure; readonly counted: number }
  /** An address that is spared offended; it was recorded, not counted. */
  | { readonly kind: 'spared'; readonly failure: Failure; readonly by: SparedBy }
  /** All counted failures of the address in the jail are cleared: it was banned, or it logged in (ResetOnSuccess=). */
  | { readonly kind: 'clear-failures'; readonly jail: string; readonly address: Address }
  /** Failures at or before `before` fell out of the jail's findtime. µs since the epoch. */
  | { readonly kind: 'expire-failures'; readonly jail: string; readonly before: number }
  /**
   * `isMoved`: the ban was in force already, and only its times are others as the clock was set. `replaced`: the ban that
   * was in force in its place, when a person asked for another. `by`: the number of the user who asked for it.
   */
  | {
      readonly kind: 'ban';
      readonly ban: Ban;
      readonly isMoved?: true;
      readonly replaced?: ReplacedBan;
      readonly by?: number;
    }
  | { readonly kind: 'unban'; readonly ban: Ban; readonly cause: UnbanCause; readonly by?: number }
  /** The memory of the offender's earlier bans, as it is from now on. */
  | { readonly kind: 'offender'; readonly offender: Offender }
  /** The offender's memory is deleted: OffenderMemory= has passed, or a person lifted its ban. */
  | { readonly kind: 'delete-offender'; readonly jail: string; readonly address: Address };
