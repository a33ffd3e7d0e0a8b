/** Where the lines of a test come from, in batches with how far they reach. */
import type { DatedLines } from '../../filter/dated-lines.js';
import type { Line } from '../../filter/filter.js';
import type { JournalHistory, JournalLine } from '../../ports.js';
import { readLines } from './disk.js';

export interface Batch {
  /** To be done with before the next batch is asked for. */
  readonly lines: readonly Line[];
  /** 0…1; undefined when the end is not known. */
  readonly progress: number | undefined;
}

/** Lines of a file; with `dates` the date is read and cut out, otherwise all lines are from `now` (µs). */
export function* fileLines(path: string, dates: DatedLines | undefined, now: number): Generator<Batch> {
  let number = 0;
  for (const { lines, progress } of readLines(path)) {
    const read = lines.map((text): Line => {
      number += 1;
      const cursor = String(number);
      return dates === undefined ? { text, at: now, cursor } : dates.read(text, cursor);
    });
    yield { lines: read, progress };
  }
}

/** Most entries are looked at once and dropped: text without a newline is made when it is asked for. */
class EntryLine implements Line {
  readonly terminated: string;
  readonly at: number;
  /** Nobody asks for it here. */
  readonly cursor = '';

  constructor({ terminated, at }: JournalLine) {
    this.terminated = terminated;
    this.at = at;
  }

  get text(): string {
    return this.terminated.slice(0, -1);
  }
}

/** Entries from where the journal stands up to `until` (µs). */
export async function* journalLines(journal: JournalHistory, until: number): AsyncGenerator<Batch> {
  for await (const entries of journal.readLines()) {
    const end = entries.findIndex(({ receivedAt }) => receivedAt > until);
    const lines = (end < 0 ? entries : entries.slice(0, end)).map((entry) => new EntryLine(entry));
    yield { lines, progress: undefined };
    if (end >= 0) return;
  }
}
