/** Where the lines of a test come from, in batches with how far they reach. */
import { type Budget, noLimit } from '../../filter/budget.js';
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

/** How to find out from when a line is. */
export interface Dating {
  /** Finds the date and cuts it out; without it all lines are from `now`. */
  readonly dates: DatedLines | undefined;
  /** µs since the epoch. */
  readonly now: number;
  /** A datepattern can stall as well as a failregex; a line it takes too long for has no date. */
  readonly budget: Budget;
}

/** Lines of a file. */
export function* fileLines(path: string, { dates, now, budget }: Dating): Generator<Batch> {
  let number = 0;
  for (const { lines, progress } of readLines(path)) {
    const read = lines.map((text): Line => ({ text, at: now, cursor: String(++number) }));
    if (dates === undefined) yield { lines: read, progress };
    else yield { lines: dateLines(read, dates, budget), progress };
  }
}

/** The lines with their dates cut out. */
export function dateLines(lines: readonly Line[], dates: DatedLines, budget: Budget): readonly Line[] {
  const limit = dates.isUsual ? noLimit : budget;
  return limit.each(
    lines,
    ({ text, cursor }) => dates.read(text, cursor),
    (line) => ({ ...line, isUndated: true }),
  );
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
