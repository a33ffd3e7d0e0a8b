/** A value that is asked for anew now and then. Invariant: what takes long to answer is asked for less often. */
import type { Clock } from '../../ports/clock.js';

/** The next question waits for `pause` µs, and for so many times as long as the last answer took. */
export interface Pauses {
  readonly pause: number;
  readonly factor: number;
}

export class Costly<T> {
  readonly #clock: Clock;
  readonly #ask: () => Promise<T>;
  readonly #pauses: Pauses;
  #value: T;
  /** By the clock's `elapsed`. */
  #next = 0;

  constructor(clock: Clock, initial: T, ask: () => Promise<T>, pauses: Pauses) {
    [this.#clock, this.#value, this.#ask, this.#pauses] = [clock, initial, ask, pauses];
  }

  get value(): T {
    return this.#value;
  }

  /** False when it is too early to ask. */
  async refresh(): Promise<boolean> {
    const began = this.#clock.elapsed();
    if (began < this.#next) return false;
    this.#value = await this.#ask();
    const ended = this.#clock.elapsed();
    this.#next = ended + Math.max(this.#pauses.pause, this.#pauses.factor * (ended - began));
    return true;
  }
}
