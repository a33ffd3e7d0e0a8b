/** A progress bar on a terminal, for input that takes its time; silent elsewhere. */
import { MICROS_PER_MILLISECOND } from '../../core/time.js';
import { number } from '../../text/counted.js';
import type { Output } from '../dependencies.js';

/** Between two looks, µs. */
const INTERVAL = 200 * MICROS_PER_MILLISECOND;
const WIDTH = 30;

export class Progress {
  readonly #terminal: Output | undefined;
  readonly #now: () => number;
  #shownAt: number;
  #isShown = false;

  /** `now`: µs. */
  constructor(stream: Output, now: () => number, isWanted: boolean) {
    this.#terminal = isWanted && stream.isTerminal ? stream : undefined;
    this.#now = now;
    this.#shownAt = now();
  }

  /** `progress` 0…1, undefined when the end is not known. */
  show(entries: number, progress: number | undefined): void {
    const now = this.#now();
    if (this.#terminal === undefined || now - this.#shownAt < INTERVAL) return;
    this.#shownAt = now;
    this.#isShown = true;
    const filled = Math.round((progress ?? 0) * WIDTH);
    const bar = progress === undefined ? '' : `[${'#'.repeat(filled)}${' '.repeat(WIDTH - filled)}] `;
    this.#terminal.write(`\r${bar}${number(entries)} lines\u001b[K`);
  }

  end(): void {
    if (this.#isShown) this.#terminal?.write('\r\u001b[K');
  }
}
