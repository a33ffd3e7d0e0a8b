/**
 * Hears when rules of the table are deleted, by `nft flush ruleset` for instance.
 * Invariant: a monitor that ended by itself is begun again, ever later, and what it may have missed counts as heard.
 */
import type { Clock } from '../../ports/clock.js';
import type { TableAccess } from './own-table.js';

/** Pauses before a monitor that ended is begun again, µs. One that lasted longer than the last one was in order. */
const FIRST_PAUSE = 1_000_000;
const LAST_PAUSE = 60_000_000;

/** This many ends in a row are no accident. */
const TOO_OFTEN = 3;

export class Monitor {
  readonly #table: Pick<TableAccess, 'name' | 'monitor'>;
  readonly #clock: Clock;
  readonly #onLoss: () => void;
  /** Ends in a row. */
  #ends = 0;
  #begunAt = 0;
  #end = () => {};

  constructor(table: Pick<TableAccess, 'name' | 'monitor'>, clock: Clock, onLoss: () => void) {
    this.#table = table;
    this.#clock = clock;
    this.#onLoss = onLoss;
  }

  /** What does not work; undefined when all does. */
  get problem(): string | undefined {
    if (this.#ends < TOO_OFTEN || this.#isProven()) return undefined;
    const how = 'noticed late: nft monitor ends at once, see: nft -j monitor rules';
    return `changes of the table inet ${this.#table.name} by others are ${how}`;
  }

  begin(): void {
    this.#end();
    this.#begunAt = this.#clock.elapsed();
    try {
      this.#end = this.#table.monitor(this.#onLoss, () => this.#ended());
    } catch {
      // No process can be started now, for want of memory for instance.
      this.#ended();
    }
  }

  end(): void {
    this.#end();
    this.#end = () => {};
  }

  /** It is begun again after a pause. */
  #ended(): void {
    this.#ends = this.#isProven() ? 1 : this.#ends + 1;
    const pause = Math.min(FIRST_PAUSE * 2 ** (this.#ends - 1), LAST_PAUSE);
    this.#end = this.#clock.at(this.#clock.now() + pause, () => {
      this.begin();
      this.#onLoss();
    });
  }

  #isProven(): boolean {
    return this.#clock.elapsed() - this.#begunAt > LAST_PAUSE;
  }
}
