/**
 * Waiting until it is known whether a firewall takes bans.
 * Invariant: nobody waits longer than patience lasts, and nobody waits again once it was known.
 */
import type { Clock } from '../ports.js';

/** How long the agent's decisions may wait for a firewall that is there and does not answer, µs. */
const PATIENCE = 5_000_000;

export class Opening {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async wait(): Promise<void> {
    if (this.#isOver) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.at(this.#clock.now() + PATIENCE, resolve);
      this.#waiting.push(() => {
        cancel();
        resolve();
      });
    });
  }

  /** It is known. */
  end(): void {
    this.#isOver = true;
    for (const release of this.#waiting.splice(0)) release();
  }
}
