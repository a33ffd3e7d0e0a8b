/**
 * Hears when rules of the table are deleted, by `nft flush ruleset` for instance.
 * Invariant: a monitor that ended by itself is begun again after ever longer pauses, and each time counts as a loss.
 */
import { type Backoff, createBackoff } from '../../async/time/backoff.js';
import type { Clock } from '../../ports/clock.js';
import type { TableAccess } from './own-table.js';

/** Pauses before a monitor that ended is begun again, µs. One that lasted longer than the last one was in order. */
const RETRY = { first: 1_000_000, last: 60_000_000 };

/** This many ends in a row are no accident. */
const TOO_OFTEN = 3;

export class Monitor {
  readonly #table: Pick<TableAccess, 'name' | 'monitor'>;
  readonly #clock: Clock;
  readonly #onLoss: () => void;
  /** Ends in a row. */
  #ends = 0;
  readonly #retry: Backoff;
  #begunAt = 0;
  #stop = () => {};

  constructor(table: Pick<TableAccess, 'name' | 'monitor'>, clock: Clock, onLoss: () => void) {
    this.#table = table;
    this.#clock = clock;
    this.#onLoss = onLoss;
    this.#retry = createBackoff(clock, RETRY, () => {
      this.begin();
      onLoss();
    });
  }

  /** What does not work; undefined when all does. */
  get problem(): string | undefined {
    if (this.#ends < TOO_OFTEN || this.#isProven()) return undefined;
    const how = 'noticed late: nft monitor ends at once, see: nft -j monitor rules';
    return `changes of the table inet ${this.#table.name} by others are ${how}`;
  }

  begin(): void {
    this.end();
    this.#begunAt = this.#clock.elapsed();
    try {
      this.#stop = this.#table.monitor(this.#onLoss, () => this.#ended());
    } catch {
      // No process can be started now, for want of memory for instance.
      this.#ended();
    }
  }

  end(): void {
    this.#retry.cancel();
    this.#stop();
    this.#stop = () => {};
  }

  /** It is begun again after a pause. */
  #ended(): void {
    if (this.#isProven()) {
      this.#ends = 0;
      this.#retry.reset();
    }
    this.#ends += 1;
    this.#retry.later();
  }

  #isProven(): boolean {
    return this.#clock.elapsed() - this.#begunAt > RETRY.last;
  }
}
