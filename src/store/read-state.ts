/** Hands over what a state file remembers, in parts, as it is read. */
import { append } from '../core/append.js';
import type { Allowance, Loaded, Remember } from '../ports/store.js';
import { openForReading } from './state-file.js';
import { readTable } from './tables/pages.js';
import { readPosition } from './tables/position.js';
import { allowanceTable, offenderTable, type ReadTable, storedBanTable } from './tables/rows.js';
import { readFailures } from './tables/tally-log.js';

/** What is read beside what is handed over. */
export interface ReadState extends Loaded {
  /** Rows that were passed over: they are not values of ours. */
  readonly unreadable: number;
}

/**
 * Failures (in order of time), bans, then offenders are handed to `remember`. Throws the STORE_ errors, and the reason of
 * `ending` once that aborts.
 */
export async function readState(path: string, remember: Remember, ending?: AbortSignal): Promise<ReadState> {
  const database = await openForReading(path);
  // While the rest is read; without it everything is read all the same.
  const counted = countOffenders(path).then(
    (offendersOf) => remember({ offendersOf }),
    () => undefined,
  );
  let unreadable = 0;
  const pages = async <T>(table: ReadTable<T>, add: (values: Iterable<T>) => void): Promise<void> => {
    for await (const page of readTable(database, table)) {
      ending?.throwIfAborted();
      add(page);
      unreadable += page.unreadable;
    }
  };
  const allowances: Allowance[] = [];
  try {
    const stored = await readFailures(database);
    unreadable += stored.unreadable;
    remember({ failures: stored.failures.toSorted((a, b) => a.at - b.at) });
    await pages(storedBanTable, (bans) => remember({ bans }));
    // By now they are counted.
    await counted;
    await pages(offenderTable, (offenders) => remember({ offenders }));
    await pages(allowanceTable, (page) => append(allowances, page));
    return { position: await readPosition(database), allowances, unreadable };
  } finally {
    await database.close();
  }
}

/**
 * Hands over what this version understands of a file of a newer one: what it does not is left out, and so are the
 * failures, which are over within FindTime=. Throws the reason of `ending` once that aborts, and the STORE_ errors.
 */
export async function readNewer(path: string, remember: Remember, ending?: AbortSignal): Promise<Loaded> {
  const database = await openForReading(path, true);
  const known = async <T>(table: ReadTable<T>, add: (page: Iterable<T>) => void): Promise<void> => {
    try {
      for await (const page of readTable(database, table)) {
        ending?.throwIfAborted();
        add(page);
      }
    } catch {
      ending?.throwIfAborted();
    }
  };
  const allowances: Allowance[] = [];
  try {
    await known(storedBanTable, (bans) => remember({ bans }));
    await known(offenderTable, (offenders) => remember({ offenders }));
    await known(allowanceTable, (page) => append(allowances, page));
    return { position: await readPosition(database).catch(() => undefined), allowances };
  } finally {
    await database.close();
  }
}

async function countOffenders(path: string): Promise<ReadonlyMap<string, number>> {
  const database = await openForReading(path);
  try {
    const counts = await database.rows('SELECT jail, count(*) AS count FROM offender GROUP BY jail');
    return new Map(counts.map(({ jail, count }) => [String(jail), Number(count)]));
  } finally {
    await database.close();
  }
}
