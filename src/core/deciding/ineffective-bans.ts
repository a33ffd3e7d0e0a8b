/**
 * Notices bans that do not keep their addresses out: they go on failing though the firewall holds the ban.
 * Invariant: what may be the end of a connection that the ban broke proves nothing.
 */
import type { Address } from '../address/address.js';
import { type Ban, banKey } from '../ban.js';
import type { Failure } from '../failure.js';
import { MICROS_PER_SECOND } from '../time.js';

/** What was read before the ban took hold may be judged, and logged, so much later: PAM waits two seconds. µs. */
const LATE = 5 * MICROS_PER_SECOND;

/**
 * A connection that was open when the ban took hold may log its end so much later: two minutes is sshd's LoginGraceTime,
 * three minutes dovecot's. µs.
 */
const LAST_LINES = 200 * MICROS_PER_SECOND;

/** Failures that prove it while they may be last lines: more than an address has connections, in general. */
const ENOUGH_AT_FIRST = 10;
/** The same later. */
const ENOUGH = 3;

/** The most bans that are watched. */
const MOST = 1_000;

/** So long without a failure, and a ban does what it is for. µs. */
const QUIET = 3_600 * MICROS_PER_SECOND;

/** A ban with the failures that came through it. */
export interface WatchedBan {
  readonly jail: string;
  /** Of the ban, which may be a prefix. */
  readonly address: Address;
  readonly since: number;
  /** Failures since the ban took hold, and when the last of them was logged, µs since the epoch. */
  readonly failures: number;
  readonly last: number;
  /** Of these, those that are no last lines. */
  readonly later: number;
  /** TCP ports of this machine to which it had connections meanwhile; undefined while nobody could look. */
  readonly ports: readonly number[] | undefined;
}

/** Whether the failures prove that the ban does not keep its address out. */
export function isIneffective({ failures, later }: WatchedBan): boolean {
  return failures >= ENOUGH_AT_FIRST || later >= ENOUGH;
}

export class IneffectiveBans {
  /** The one that failed last comes last. */
  readonly #watched = new Map<string, WatchedBan>();

  /**
   * Takes in a failure of an address that `ban` covers, which the firewall holds since `heldSince`, µs since the epoch.
   * What is known of the ban then; undefined when the failure says nothing.
   */
  failed({ at, count }: Failure, ban: Ban, heldSince: number): WatchedBan | undefined {
    if (at < heldSince + LATE || at > ban.until) return undefined;
    const key = banKey(ban);
    const { jail, address, since } = ban;
    const known = this.of(ban) ?? { jail, address, since, failures: 0, later: 0, ports: undefined };
    const later = known.later + (at < heldSince + LAST_LINES ? 0 : count);
    const watched = { ...known, failures: known.failures + count, later, last: at };
    this.#watched.delete(key);
    this.#watched.set(key, watched);
    const [first] = this.#watched.size > MOST ? this.#watched.keys() : [];
    if (first !== undefined) this.#watched.delete(first);
    return watched;
  }

  /** Takes in to which TCP ports of this machine its address has connections now. */
  saw(ban: Ban, ports: readonly number[]): void {
    const known = this.of(ban);
    if (known === undefined) return;
    this.#watched.set(banKey(ban), { ...known, ports: [...new Set([...(known.ports ?? []), ...ports])] });
  }

  /** What is known of this very ban. */
  of(ban: Ban): WatchedBan | undefined {
    const watched = this.#watched.get(banKey(ban));
    return watched?.since === ban.since ? watched : undefined;
  }

  /** Forgets the bans that have been quiet for long at `now`, and those that are over. */
  expire(now: number, isInForce: (ban: WatchedBan) => boolean): void {
    for (const [key, watched] of this.#watched) {
      if (watched.last + QUIET < now || !isInForce(watched)) this.#watched.delete(key);
    }
  }

  /** All that failed while they were held; the one that failed last comes last. */
  get all(): readonly WatchedBan[] {
    return [...this.#watched.values()];
  }
}
