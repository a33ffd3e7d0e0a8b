/**
 * Attempts of which nothing more was said. A line with F-TRIED tells that somebody tried something, and its program may be
 * ended before it tells that this failed. So an attempt is a failure of its own when for a while neither a failure nor
 * access of the same address follows.
 * Invariants: a failure answers one attempt of its own session, or of another process that spoke for it; access all of the
 * address; of a session, one waits at a time; each is told once.
 * They are bounded in number and in time, and what is too much charges nobody.
 */
import { MICROS_PER_SECOND } from '../../core/time.js';
import { type Captures, captureText, place } from './captures.js';
import type { Evidence } from './evidence.js';

/** Longer than a login may take by default, with whatever asks a person twice. µs. */
const LONGEST_WAIT = 180 * MICROS_PER_SECOND;
const MAX_ATTEMPTS = 10_000;

export interface Attempt {
  readonly captures: Captures;
  readonly evidence: Evidence;
  readonly at: number;
  /** The text of F-MLFID. */
  readonly session: string | undefined;
}

export class Unanswered {
  /** By the address as it stands in the lines; in each list the oldest comes first. */
  readonly #waiting = new Map<string, Attempt[]>();
  /** All of them, the oldest first. */
  readonly #all = new Set<Attempt>();
  /** When those were that another session answered, which may have meant another one; by address and session. */
  readonly #taken = new Map<string, number>();

  /** Remembers an attempt. One of a host that is only named is left out: what answers it has an address. */
  add(attempt: Attempt): void {
    const address = addressIn(attempt.captures);
    if (address === undefined || this.#all.size >= MAX_ATTEMPTS) return;
    const others = this.#waiting.get(address) ?? [];
    if (others.some(({ session }) => session === attempt.session)) return;
    this.#waiting.set(address, [...others, attempt]);
    this.#all.add(attempt);
  }

  /**
   * An attempt of this address failed: that of the session; else, if it may be one that another process told of, the oldest.
   * Where that turns out to have been another session's own, the next one is meant in its place.
   */
  answerOne(captures: Captures, session: string | undefined, mayBeOfOthers: boolean): void {
    const waiting = this.#of(captures);
    const own = waiting.find((one) => one.session === session);
    const wasTaken = own === undefined && this.#taken.delete(keyOf(captures, session));
    const [oldest] = mayBeOfOthers || wasTaken ? waiting : [];
    const attempt = own ?? oldest;
    if (attempt === undefined) return;
    this.#forget(attempt);
    if (attempt !== own) this.#taken.set(keyOf(attempt.captures, attempt.session), attempt.at);
  }

  /** Somebody with this address was let in. */
  answerAll(captures: Captures): void {
    for (const attempt of this.#of(captures)) this.#forget(attempt);
  }

  /** Those that were waited for long enough by `now`, µs since the epoch; they are forgotten. */
  overdue(now: number): readonly Attempt[] {
    const overdue: Attempt[] = [];
    for (const attempt of this.#all) {
      if (now - attempt.at <= LONGEST_WAIT) break;
      overdue.push(attempt);
    }
    for (const attempt of overdue) this.#forget(attempt);
    for (const [key, at] of this.#taken) {
      if (now - at <= LONGEST_WAIT && this.#taken.size <= MAX_ATTEMPTS) break;
      this.#taken.delete(key);
    }
    return overdue;
  }

  #of(captures: Captures): readonly Attempt[] {
    return this.#waiting.get(addressIn(captures) ?? '') ?? [];
  }

  #forget(attempt: Attempt): void {
    const address = addressIn(attempt.captures) ?? '';
    const others = this.#waiting.get(address)?.filter((other) => other !== attempt) ?? [];
    if (others.length === 0) this.#waiting.delete(address);
    else this.#waiting.set(address, others);
    this.#all.delete(attempt);
  }
}

function keyOf(captures: Captures, session: string | undefined): string {
  return `${addressIn(captures)} ${session}`;
}

function addressIn(captures: Captures): string | undefined {
  return captureText(captures[place.ip4] ?? captures[place.ip6]);
}
