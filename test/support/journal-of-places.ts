/** What a journal holds of f2b-tail, in memory. */
import { BEGUN, placeOf } from '../../src/tail/entries.js';
import type { Place, Places } from '../../src/tail/place.js';

interface Sent {
  readonly at: number;
  readonly mark: string | undefined;
  readonly message: string;
  readonly place: Place | undefined;
}

export class JournalOfPlaces implements Places {
  readonly #entries: Sent[] = [];

  /** `lines`: `FIELD=value`. */
  add(lines: readonly string[]): void {
    const fields = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf('=')), line.replace(/^.*?=/, '')]),
    );
    const entry = { cursor: '', at: this.now(), receivedAt: this.now(), line: '', messageAt: 0, fields };
    this.#entries.push({
      at: entry.at,
      mark: fields['F2B_MARK'],
      message: fields['MESSAGE'] ?? '',
      place: placeOf(entry),
    });
  }

  now(): number {
    return Date.now() * 1000;
  }

  /** When all files were begun with last. */
  begunAt(): number | undefined {
    return this.#entries.findLast(({ mark }) => mark === BEGUN)?.at;
  }

  ofFile(id: string): Place | undefined {
    return this.#entries.findLast(({ place }) => place?.id === id)?.place;
  }

  ofPath(path: string): Place | undefined {
    return this.#entries.findLast(({ place }) => place?.path === path)?.place;
  }

  /** Of which file each entry tells, in the order in which they were sent. */
  paths(): readonly string[] {
    return this.#entries.flatMap(({ place }) => place?.path ?? []);
  }

  /** The lines of a file, in the order in which they were sent. */
  linesOf(path: string): readonly string[] {
    const lines = this.#entries.filter(({ place, message }) => place?.path === path && / line \d+$/.test(message));
    return lines.map(({ message }) => message);
  }
}
