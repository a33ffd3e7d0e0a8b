/** Boots as journalctl(1) names them, `-b [ID][±OFFSET]`, among those that the agent ran in. */
import type { JournalHistory } from '../ports/journal.js';
import { batches } from './event-reader.js';

/** The boot of an id, or so many before or after it. Without an id: 1 is the first one, 0 the last, -1 the one before. */
export interface NamedBoot {
  readonly id: string | undefined;
  readonly offset: number;
}

/** How journalctl(1) reads what stands behind `-b`; undefined for what names no boot. */
export function parseBoot(text: string): NamedBoot | undefined {
  const [, id, offset = ''] = /^([0-9a-f]{32})?([+-]?\d{1,9})?$/i.exec(text) ?? [];
  if (id === undefined) return offset === '' ? undefined : { id, offset: Number(offset) };
  return /^\d/.test(offset) ? undefined : { id: id.toLowerCase(), offset: Number(offset) };
}

/** Its id; undefined when the agent left nothing of it in the journal. */
export function bootNamed(journal: JournalHistory, { id, offset }: NamedBoot): string | undefined {
  if (id !== undefined && offset === 0) return id;
  const boots = offset > 0 ? oldestFirst(journal) : newestFirst(journal);
  let left = id === undefined && offset > 0 ? offset - 1 : Math.abs(offset);
  let isCounting = id === undefined;
  for (const boot of boots) {
    isCounting ||= boot === id;
    if (!isCounting) continue;
    if (left === 0) return boot;
    left -= 1;
  }
  return undefined;
}

function oldestFirst(journal: JournalHistory): Iterable<string> {
  journal.seek({ kind: 'head' });
  return bootsIn((limit) => journal.read(limit));
}

function newestFirst(journal: JournalHistory): Iterable<string> {
  journal.seek({ kind: 'tail' });
  return bootsIn((limit) => journal.readBackwards(limit));
}

function* bootsIn(read: Parameters<typeof batches>[0]): Generator<string> {
  const seen = new Set<string>();
  for (const entries of batches(read)) {
    for (const { fields } of entries) {
      const boot = fields['_BOOT_ID'];
      if (boot === undefined || seen.has(boot)) continue;
      seen.add(boot);
      yield boot;
    }
  }
}
