/** Looks at the state file, and makes it as small as it can be. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { F2bError } from '../../errors.js';
import type { StateReport } from '../../ports/state-report.js';
import type { Database } from '../database.js';
import { openIdle } from '../exclusive.js';
import { openForReading, STATE_FILE } from '../state-file.js';
import { readTable } from '../tables/pages.js';
import { readPosition } from '../tables/position.js';
import { allowanceTable, banTable, offenderTable, type Table } from '../tables/rows.js';
import { readFailures } from '../tables/tally-log.js';

/** Reads every page and every row; also while the agent runs. Throws STORE_UNREADABLE and the other STORE_ errors. */
export async function checkState(directory: string): Promise<StateReport> {
  const path = join(directory, STATE_FILE);
  const database = await openForReading(path);
  try {
    const [version] = await database.rows('PRAGMA user_version');
    const found = (await database.rows('PRAGMA integrity_check(20)')).map((row) => String(row['integrity_check']));
    const damage = found.filter((line) => line !== 'ok');
    const count = async <T>(table: Table<T>): Promise<number> => {
      const { good, unreadable } = await countRows(database, table);
      if (unreadable > 0) damage.push(`${unreadable} rows of the table ${table.name} are not what they should be`);
      return good;
    };
    const { failures, unreadable } = await readFailures(database);
    if (unreadable > 0)
      damage.push(`${unreadable} rows or failures of the table tally_log are not what they should be`);
    return {
      path,
      size: await sizeOf(path),
      schema: Number(version?.['user_version']),
      position: await readPosition(database),
      counts: {
        failures: failures.length,
        offenders: await count(offenderTable),
        bans: await count(banTable),
        allowances: await count(allowanceTable),
      },
      damage,
    };
  } finally {
    await database.close();
  }
}

async function countRows<T>(database: Database, table: Table<T>) {
  let [good, unreadable] = [0, 0];
  for await (const page of readTable(database, table)) {
    for (const _ of page) good += 1;
    unreadable += page.unreadable;
  }
  return { good, unreadable };
}

/** The size in bytes before and after. Throws STORE_BUSY while the agent runs, and the other STORE_ errors. */
export async function vacuumState(directory: string): Promise<{ readonly before: number; readonly after: number }> {
  const path = join(directory, STATE_FILE);
  await stat(path).catch((cause: unknown) => {
    throw new F2bError('STORE_UNREADABLE', path, { cause });
  });
  const state = await openIdle(directory);
  try {
    const before = await sizeOf(path);
    await state.database.exec('PRAGMA temp_store = FILE; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
    return { before, after: await sizeOf(path) };
  } finally {
    await state.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  const sizes = await Promise.all(
    [path, `${path}-wal`].map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
