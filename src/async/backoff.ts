/** Attempts that are made again while a firewall refuses or fails. Invariant: one attempt is due at most. */
import type { Clock } from '../ports/clock.js';

/** The pauses before attempts, each twice as long as the one before, µs. */
const FIRST_PAUSE = 500_000;
const LAST_PAUSE = 30_000_000;

export class Backoff {
  readonly #clock: Clock;
  readonly #attempt: () => void;
  #pause = FIRST_PAUSE;
  #cancel = () => {};

  constructor(clock: Clock, attempt: () => void) {
    this.#clock = clock;
    this.#attempt = attempt;
  }

  /** An attempt failed: the next one comes after a pause. */
  later(): void {
    this.#cancel();
    this.#cancel = this.#clock.at(this.#clock.now() + this.#pause, this.#attempt);
    this.#pause = Math.min(this.#pause * 2, LAST_PAUSE);
  }

  /** All is well, or nothing like before: the next pause is short again. */
  reset(): void {
    this.#pause = FIRST_PAUSE;
  }

  cancel(): void {
    this.#cancel();
  }
}
