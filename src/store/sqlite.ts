/**
 * The durable memory in one SQLite file, `state.sqlite` in the state directory.
 * Invariant: a commit is stored whole or not at all, and a later commit is never stored without an earlier one.
 */
import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Effect } from '../core/effect.js';
import { F2bError } from '../errors.js';
import type { Allowance, Snapshot, Store } from '../ports.js';
import { foldEffects } from './changes.js';
import type { Database } from './database.js';
import { lockDirectory } from './lock.js';
import { PackedOffenders } from './packed-offenders.js';
import { readPosition, writePosition } from './position.js';
import { allowanceTable, banTable, failureTable, offenderTable, type Table } from './rows.js';
import { openForReading, openStateFile, STATE_FILE } from './state-file.js';
import { deleteRows, putRows, readTable, transaction } from './tables.js';
import { type Writes, writeQueue } from './write-queue.js';

export interface StoreOptions {
  /** The state directory; made when it is missing. */
  readonly directory: string;
  /** Told of damage that was mended while opening or loading. */
  readonly report: (error: F2bError) => void;
}

/** Opens the store and locks it against a second agent. Throws STORE_BUSY, STORE_NEWER and the other STORE_ errors. */
export async function openStore({ directory, report }: StoreOptions): Promise<Store> {
  await prepareDirectory(directory);
  const lock = await lockDirectory(directory);
  const path = join(directory, STATE_FILE);
  const database = await openStateFile(path, report).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const queue = writeQueue((writes) => transaction(database, () => write(database, writes)));
  return {
    load: () => load(path, report),
    commit: (position, effects) => queue.add({ position, effects, allowances: undefined }),
    saveAllowances: (allowances) => queue.add({ position: undefined, effects: [], allowances }),
    close: async () => {
      await queue.idle();
      await database.close();
      await lock.release();
    },
  };
}

async function prepareDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o750 }).catch((cause: unknown) => {
    throw new F2bError('STORE_UNREADABLE', directory, { cause });
  });
  await access(directory, constants.W_OK).catch((cause: unknown) => {
    throw new F2bError('STORE_READ_ONLY', directory, { cause });
  });
}

async function load(path: string, report: StoreOptions['report']): Promise<Snapshot> {
  const database = await openForReading(path);
  let unreadable = 0;
  const read = async <T>(table: Table<T>, add: (values: readonly T[]) => void): Promise<void> => {
    for await (const page of readTable(database, table)) {
      add(page.values);
      unreadable += page.unreadable;
    }
  };
  const all = async <T>(table: Table<T>): Promise<T[]> => {
    const values: T[] = [];
    await read(table, (page) => values.push(...page));
    return values;
  };
  const offenders = new PackedOffenders();
  try {
    await read(offenderTable, (page) => offenders.add(page));
    const snapshot = {
      position: await readPosition(database),
      failures: (await all(failureTable)).sort((a, b) => a.at - b.at),
      offenders,
      bans: await all(banTable),
      allowances: await all(allowanceTable),
    };
    if (unreadable > 0) report(new F2bError('STORE_DAMAGED', `${path}: ${unreadable} rows were passed over`));
    return snapshot;
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
  for (const { jail, before } of changes.expiries) {
    await database.run('DELETE FROM failure WHERE jail = ? AND at <= ?', jail, before);
  }
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
