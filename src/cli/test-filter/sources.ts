/** Where the lines of a test come from, in batches with how far they reach. */
import type { DatedLines } from '../../filter/dated-lines.js';
import type { Line } from '../../filter/filter.js';
import type { JournalHistory } from '../../ports.js';
import { readLines } from './disk.js';

export interface Batch {
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

/** Entries from where the journal stands up to `until` (µs); numbers stand for cursors, which nobody asks for here. */
export async function* journalLines(journal: JournalHistory, until: number): AsyncGenerator<Batch> {
  let number = 0;
  for await (const entries of journal.readLines()) {
    const lines: Line[] = [];
    for (const { line, at, receivedAt } of entries) {
      if (receivedAt > until) {
        yield { lines, progress: 1 };
        return;
      }
      number += 1;
      lines.push({ text: line, at, cursor: String(number) });
    }
    yield { lines, progress: undefined };
  }
}
