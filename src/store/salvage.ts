/** Copies what can still be read of a damaged file into a new one. Broken pages cost the rows on them, nothing else. */
import { type Database, openDatabase } from './database.js';
import { readPosition, writePosition } from './position.js';
import { allowanceTable, banTable, failureTable, offenderTable, type Table } from './rows.js';
import { putRows, readTable, transaction } from './tables.js';

/** Copies from the file at `path` into `target`; returns what was carried over in words. */
export async function salvage(path: string, target: Database): Promise<string> {
  const source = await openDatabase(path, 'read').catch(() => undefined);
  if (source === undefined) return 'nothing';
  const counts: Record<string, number> = {};
  const copy = async <T>(table: Table<T>): Promise<void> => {
    counts[table.name] = await copyTable(source, target, table);
  };
  try {
    await transaction(target, async () => {
      counts['position'] = await copyPosition(source, target);
      await copy(failureTable);
      await copy(offenderTable);
      await copy(banTable);
      await copy(allowanceTable);
    });
  } finally {
    await source.close();
  }
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  return found.length === 0 ? 'nothing' : found.map(([name, count]) => `${name} ${count}`).join(', ');
}

async function copyPosition(source: Database, target: Database): Promise<number> {
  const position = await readPosition(source).catch(() => undefined);
  if (position === undefined) return 0;
  await writePosition(target, position);
  return 1;
}

/** Reads from both ends up to the damage, in pages and then row by row. */
async function copyTable<T>(source: Database, target: Database, table: Table<T>): Promise<number> {
  for (const backwards of [false, true]) {
    for (const page of [500, 1]) {
      const whole = await copyUntilBroken(source, target, table, { backwards, page });
      if (whole) return count(target, table);
    }
  }
  return count(target, table);
}

/** True when the end was reached. */
async function copyUntilBroken<T>(
  source: Database,
  target: Database,
  table: Table<T>,
  options: { readonly backwards: boolean; readonly page: number },
): Promise<boolean> {
  const pages = readTable(source, table, options);
  for (;;) {
    const page = await pages.next().catch(() => undefined);
    if (page === undefined) return false;
    if (page.done) return true;
    await putRows(target, table, [...page.value]);
  }
}

async function count<T>(database: Database, table: Table<T>): Promise<number> {
  const [row] = await database.rows(`SELECT count(*) AS count FROM ${table.name}`);
  return Number(row?.['count']);
}
