/** The limits of a jail as the decisions use them: checked, complete, and in µs. */
import type { Disposition } from './ban.js';

/** Growing ban times, with fail2ban's arithmetic (bantime.increment and its companions in jail.conf(5)). */
export interface Increment {
  readonly factor: number;
  /** Multiplier for the n-th ban, the last one repeats; empty: 1, 2, 4, 8 … */
  readonly multipliers: readonly number[];
  /** Upper bound, before `random` is added. µs; FOREVER for none. */
  readonly maxtime: number;
  /** Up to this much is added at random. µs. */
  readonly random: number;
  /** Count an address's bans in all jails together. */
  readonly allJails: boolean;
}

/** The limits of one jail, as the core needs them. Durations in µs. */
export interface JailSettings {
  readonly name: string;
  readonly maxretry: number;
  readonly findtime: number;
  /** FOREVER: permanent. */
  readonly bantime: number;
  readonly disposition: Disposition;
  /** Ports the `ports` disposition closes (`22/tcp`). */
  readonly ports: readonly string[];
  readonly increment: Increment | undefined;
  /** After this long without a ban, counted from the full hour, an address is new again. */
  readonly offenderMemory: number;
  /** Prefix lengths that a ban covers. */
  readonly ipv4Prefix: number;
  readonly ipv6Prefix: number;
  /** How many banned addresses of one /24 or /48 become one ban of the prefix; undefined: never. */
  readonly aggregateAfter: number | undefined;
  /** Failures on one account from at least this many addresses ban them all; undefined: never. */
  readonly maxretryUser: number | undefined;
  /** A true login forgets the address's failures. */
  readonly resetOnSuccess: boolean;
  /** Fed by the bans of all other jails instead of the journal. */
  readonly recidive: boolean;
}
