/** Where the lines of a test come from, in batches with how far they reach. */
import { type Budget, noLimit } from '../../filter/budget.js';
import type { DatedLines } from '../../filter/dated-lines.js';
import type { Line } from '../../filter/filter.js';
import { readLines } from '../../host/files/read-file.js';
import type { JournalHistory } from '../../ports/journal.js';

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
  const read = ({ text, cursor }: Line) => dates.read(text, cursor);
  const undated = (line: Line): Line => ({ ...line, isUndated: true });
  // The first line may only have paid for what V8 compiles when it is first run, which a busy machine makes long.
  let isReady = false;
  return limit.each(lines, read, (line) => {
    if (isReady) return undated(line);
    isReady = true;
    return limit.each([line], read, undated)[0] ?? line;
  });
}

/** Entries from where the journal stands up to `until` (µs). */
export async function* journalLines(journal: JournalHistory, until: number): AsyncGenerator<Batch> {
  for await (const lines of journal.readLines()) {
    const end = lines.findIndex(({ receivedAt }) => receivedAt > until);
    yield { lines: end < 0 ? lines : lines.slice(0, end), progress: undefined };
    if (end >= 0) return;
  }
}
