/** A terminal in memory: what it shows, and keys that a test presses. */
import type { Screen } from '../../src/host/screen.js';

export class FakeScreen implements Screen {
  size: Screen['size'] = { columns: 80, rows: 24 };
  lines: readonly string[] = [];
  /** What was done with the terminal beside showing. */
  readonly calls: string[] = [];
  #onKey = (_key: string): void => {};
  #onResize = (): void => {};

  /** What is shown, without blanks at the ends. */
  get text(): string {
    return this.lines.map((line) => line.trimEnd()).join('\n');
  }

  press(...keys: readonly string[]): void {
    for (const key of keys) this.#onKey(key);
  }

  resize(columns: number, rows: number): void {
    this.size = { columns, rows };
    this.#onResize();
  }

  show(lines: readonly string[]): void {
    this.lines = lines;
  }

  onKey(listener: (key: string) => void): void {
    this.#onKey = listener;
  }

  onResize(listener: () => void): void {
    this.#onResize = listener;
  }

  lend(): () => void {
    this.calls.push('lend');
    return () => void this.calls.push('take back');
  }

  suspend(): void {
    this.calls.push('suspend');
  }

  close(): void {
    this.calls.push('close');
  }
}
