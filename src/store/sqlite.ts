/**
 * The durable memory in one SQLite file, `state.sqlite` in the state directory.
 * Invariant: a commit is stored whole or not at all, and a later commit is never stored without an earlier one.
 */
import { append } from '../core/append.js';
import type { Effect } from '../core/effect.js';
import type { Failure } from '../core/failure.js';
import { F2bError } from '../errors.js';
import type { Allowance, Loaded, Remember, Store } from '../ports/store.js';
import { foldEffects } from './changes.js';
import type { Database } from './database.js';
import { openExclusive } from './exclusive.js';
import { expireFailures } from './expire-failures.js';
import { readPosition, writePosition } from './position.js';
import { allowanceTable, banTable, failureTable, offenderTable, type ReadTable, storedBanTable } from './rows.js';
import { openForReading, type StateFile } from './state-file.js';
import { deleteRows, putRows, readTable, transaction } from './tables.js';
import { createWriteQueue, type Writes } from './write-queue.js';

export interface StoreOptions {
  /** The state directory; made when it is missing. */
  readonly directory: string;
  /** Told of damage that was mended while opening or loading. */
  readonly report: (error: F2bError) => void;
}

/** Opens the store and locks it against a second agent. Throws STORE_BUSY, STORE_NEWER and the other STORE_ errors. */
export async function openStore({ directory, report }: StoreOptions): Promise<Store> {
  const { path, sound, close } = await openExclusive(directory, report);
  const queue = createWriteQueue(async (writes) => {
    const { database } = await sound;
    await transaction(database, () => write(database, writes));
  });
  return {
    load: (begin) => load(path, sound, begin, report),
    commit: (position, effects) => queue.add({ position, effects, allowances: undefined }),
    saveAllowances: (allowances) => queue.add({ position: undefined, effects: [], allowances }),
    close: async () => {
      await queue.idle();
      await close();
    },
  };
}

/**
 * Reads while the file is being checked. If it was damaged, what was read is void, and the file in its place is read.
 */
async function load(
  path: string,
  sound: StateFile['sound'],
  begin: Parameters<Store['load']>[0],
  report: StoreOptions['report'],
): Promise<Loaded> {
  const early = read(path, begin());
  const [isVoid] = await Promise.all([sound.then(({ isReplaced }) => isReplaced), early.catch(() => undefined)]);
  const { unreadable, ...loaded } = await (isVoid ? read(path, begin()) : early);
  if (unreadable > 0) report(new F2bError('STORE_DAMAGED', `${path}: ${unreadable} rows were passed over`));
  return loaded;
}

async function read(path: string, remember: Remember): Promise<Loaded & { readonly unreadable: number }> {
  const database = await openForReading(path);
  // While the rest is read; without it everything is read all the same.
  const counted = countOffenders(path).then(
    (offendersOf) => remember({ offendersOf }),
    () => undefined,
  );
  let unreadable = 0;
  const pages = async <T>(table: ReadTable<T>, add: (values: Iterable<T>) => void): Promise<void> => {
    for await (const page of readTable(database, table)) {
      add(page);
      unreadable += page.unreadable;
    }
  };
  const failures: Failure[] = [];
  const allowances: Allowance[] = [];
  try {
    await pages(failureTable, (page) => append(failures, page));
    remember({ failures: failures.sort((a, b) => a.at - b.at) });
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

async function countOffenders(path: string): Promise<ReadonlyMap<string, number>> {
  const database = await openForReading(path);
  try {
    const counts = await database.rows('SELECT jail, count(*) AS count FROM offender GROUP BY jail');
    return new Map(counts.map(({ jail, count }) => [String(jail), Number(count)]));
  } finally {
    await database.close();
  }
}

async function write(database: Database, { position, effects, allowances }: Writes): Promise<void> {
  if (effects.length > 0) await writeEffects(database, effects);
  if (allowances !== undefined) await writeAllowances(database, allowances);
  if (position !== undefined) await writePosition(database, position);
}

async function writeEffects(database: Database, effects: readonly Effect[]): Promise<void> {
  const changes = foldEffects(effects);
  await expireFailures(database, changes.expiries);
  await deleteRows(database, failureTable, changes.forgotten);
  await putRows(database, failureTable, changes.failures);
  await deleteRows(database, banTable, changes.unbanned);
  await putRows(database, banTable, changes.bans);
  await deleteRows(database, offenderTable, changes.forgiven);
  await putRows(database, offenderTable, changes.offenders);
}

async function writeAllowances(database: Database, allowances: readonly Allowance[]): Promise<void> {
  await database.run('DELETE FROM allowance');
  await putRows(database, allowanceTable, allowances);
}
