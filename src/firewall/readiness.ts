/**
 * Waiting until it is known whether a firewall takes bans.
 * Invariant: nobody waits longer than patience lasts, and nobody waits again once it was known.
 */

import { within } from '../async/with-timeout.js';
import type { Clock } from '../ports/clock.js';

/** How long the agent's decisions may wait for a firewall that is there and does not answer, µs. */
const PATIENCE = 5_000_000;

export class Readiness {
  readonly #clock: Clock;
  readonly #isKnown: Promise<void>;
  #end = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#isKnown = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  async wait(): Promise<void> {
    await within(this.#clock, PATIENCE, this.#isKnown);
  }

  /** It is known. */
  end(): void {
    this.#end();
  }
}
