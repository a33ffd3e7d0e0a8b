/**
 * Waiting until it is known whether a firewall takes bans.
 * Invariant: nobody waits longer than the time-out, and nobody waits again once it was known.
 */

import { createDeferred } from '../async/deferred.js';
import { withTimeout } from '../async/time/with-timeout.js';
import type { Clock } from '../ports/clock.js';

/** How long the agent's decisions may wait for a firewall that is there and does not answer, µs. */
const TIMEOUT = 5_000_000;

export class Readiness {
  readonly #clock: Clock;
  readonly #known = createDeferred();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async wait(): Promise<void> {
    await withTimeout(this.#clock, TIMEOUT, this.#known.promise);
  }

  /** It is known. */
  end(): void {
    this.#known.resolve();
  }
}
