/** One journal read twice, by libsystemd alone and in bulk, to be compared. */
import type { Entry } from '../../src/core/entry.js';
import { decodeEntries } from '../../src/journal/decode.js';
import { FieldSets } from '../../src/journal/field-sets.js';
import { DRAIN_BUFFER_SIZE, drainFlags, type Handle, type JournalLibrary } from '../../src/journal/native.js';

export interface Reading {
  readonly library: JournalLibrary;
  readonly directory: string;
  /** Alternatives of terms. */
  readonly matches?: readonly (readonly string[])[];
  readonly fields?: readonly string[];
  /** Entries of this boot alone. */
  readonly boot?: string;
  /** Where to begin, µs since the epoch. */
  readonly since?: number;
}

function open({ library, directory, matches = [], fields = [], boot, since }: Reading): Handle {
  const journal = library.open({ directory, users: true, fields });
  for (const terms of matches) {
    library.match(journal, '');
    for (const term of terms) library.match(journal, term);
  }
  if (boot !== undefined) library.restrict(journal, `_BOOT_ID=${boot}`);
  if (since === undefined) library.seekHead(journal);
  else library.seekRealtime(journal, since);
  return journal;
}

/** What is read, and whether it was in bulk. */
export interface Read {
  readonly entries: readonly Entry[];
  readonly inBulk: boolean;
}

/**
 * All entries, `limit` at a time. With `inBulk` all but the first are read in bulk, where that is possible. `meanwhile`
 * is called after the first batch; what it changed is taken in at the end. `between` is called with the journal before each
 * batch, and says how many entries that is to have.
 */
export function readAll(
  reading: Reading,
  {
    inBulk,
    limit = 7,
    meanwhile,
    between = () => limit,
  }: {
    readonly inBulk: boolean;
    readonly limit?: number;
    readonly meanwhile?: () => void;
    readonly between?: (journal: Handle) => number;
  },
): Read {
  const { library, fields = [] } = reading;
  const journal = open(reading);
  const buffer = Buffer.allocUnsafeSlow(DRAIN_BUFFER_SIZE);
  const sets = new FieldSets(fields);
  const next = (count: number) =>
    decodeEntries(buffer, library.drain(journal, count, drainFlags.cursors, buffer), sets);
  try {
    const entries = next(1);
    const isBulk = inBulk && entries.length > 0 && library.hasten(journal);
    entries.push(...next(limit));
    meanwhile?.();
    const more = () => next(between(journal));
    for (let batch = more(); batch.length > 0; batch = more()) entries.push(...batch);
    if (meanwhile !== undefined) library.process(journal);
    for (let batch = next(limit); batch.length > 0; batch = next(limit)) entries.push(...batch);
    return { entries, inBulk: isBulk };
  } finally {
    library.close(journal);
  }
}
