/** A progress bar on a terminal, for input that takes its time; silent elsewhere. */
import type { WriteStream } from 'node:tty';

const INTERVAL = 200;
const WIDTH = 30;

export class Progress {
  readonly #terminal: WriteStream | undefined;
  #shownAt = performance.now();
  #isShown = false;

  constructor(stream: WriteStream, wanted: boolean) {
    this.#terminal = wanted && stream.isTTY === true ? stream : undefined;
  }

  /** `progress` 0…1, undefined when the end is not known. */
  show(entries: number, progress: number | undefined): void {
    const now = performance.now();
    if (this.#terminal === undefined || now - this.#shownAt < INTERVAL) return;
    this.#shownAt = now;
    this.#isShown = true;
    const filled = Math.round((progress ?? 0) * WIDTH);
    const bar = progress === undefined ? '' : `[${'#'.repeat(filled)}${' '.repeat(WIDTH - filled)}] `;
    this.#terminal.write(`\r${bar}${entries.toLocaleString('en')} lines\u001b[K`);
  }

  end(): void {
    if (this.#isShown) this.#terminal?.write('\r\u001b[K');
  }
}
