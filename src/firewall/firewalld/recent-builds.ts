/**
 * What firewalld was reloaded for a while ago. Invariant: making the same missing parts, which takes a reload each time,
 * is tried again only after a long pause, so no reload happens in a loop.
 */
import type { Clock } from '../../ports/clock.js';

/** µs */
const PAUSE = 600_000_000;

export class RecentBuilds {
  readonly #clock: Clock;
  readonly #builtAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when these very parts were made a while ago; otherwise they count as made now. */
  mayBuild(parts: string): boolean {
    const now = this.#clock.now();
    if (now - (this.#builtAt.get(parts) ?? Number.NEGATIVE_INFINITY) < PAUSE) return false;
    this.#builtAt.set(parts, now);
    return true;
  }
}
