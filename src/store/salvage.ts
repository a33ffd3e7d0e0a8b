/** Copies what can still be read of a damaged file into a new one. Broken pages cost the rows on them, nothing else. */
import type { Failure } from '../core/failure.js';
import { type Database, openDatabase, type Row } from './database.js';
import { putRows, readTable, transaction } from './tables/pages.js';
import { readPosition, writePosition } from './tables/position.js';
import { allowanceTable, banTable, failureTable, offenderTable, type Table } from './tables/rows.js';
import { hasTallyLog, putFailures, readFailures, tallyPortions } from './tables/tally-log.js';
import { clearsFromText, clearsToText, failuresFromBytes, failuresToBytes, noClears } from './tables/tally-row.js';

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
      counts['failure'] = await copyFailures(source, target);
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

/** Each row of the log is good or it is not: what it clears, and the failures it adds, are carried over one by one. */
async function copyFailures(source: Database, target: Database): Promise<number> {
  if (await hasTallyLog(source).catch(() => true)) await copyTallyRows(source, target);
  else await copyFormerFailures(source, target);
  return (await readFailures(target)).failures.length;
}

async function copyTallyRows(source: Database, target: Database): Promise<void> {
  const copied = new Set<number>();
  for (const [order, beyond, start] of [
    ['DESC', '<', Number.MAX_SAFE_INTEGER],
    ['ASC', '>', -1],
  ] as const) {
    const sql = `SELECT id, clears, failures FROM tally_log WHERE id ${beyond} ? ORDER BY id ${order} LIMIT 1`;
    const next = (id: number) => source.rows(sql, id).catch(() => []);
    let [row] = await next(start);
    while (row !== undefined && !copied.has(Number(row['id']))) {
      copied.add(Number(row['id']));
      await copyTallyRow(target, row);
      [row] = await next(Number(row['id']));
    }
  }
}

async function copyTallyRow(target: Database, row: Row): Promise<void> {
  const clears = clearsToText(clearsFromText(row['clears']) ?? noClears);
  const failures = await failuresToBytes((await failuresFromBytes(row['failures'])) ?? []);
  const id = Number(row['id']);
  await target.run('INSERT INTO tally_log (id, clears, failures) VALUES (?, ?, ?)', id, clears, failures);
}

/** Of the first schema. */
async function copyFormerFailures(source: Database, target: Database): Promise<void> {
  for (const backwards of [false, true]) {
    for (const page of [500, 1]) {
      const add = (failures: readonly Failure[]) => putFailures(target, tallyPortions(failures));
      if (await copyUntilBroken(source, failureTable, { backwards, page }, add)) return;
    }
  }
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
      const add = (values: readonly T[]) => putRows(target, table, values);
      const whole = await copyUntilBroken(source, table, { backwards, page }, add);
      if (whole) return count(target, table);
    }
  }
  return count(target, table);
}

/** True when the end was reached. */
async function copyUntilBroken<T>(
  source: Database,
  table: Table<T>,
  options: { readonly backwards: boolean; readonly page: number },
  add: (values: readonly T[]) => Promise<void>,
): Promise<boolean> {
  const pages = readTable(source, table, options);
  for (;;) {
    const page = await pages.next().catch(() => undefined);
    if (page === undefined) return false;
    if (page.done) return true;
    await add([...page.value]);
  }
}

async function count<T>(database: Database, table: Table<T>): Promise<number> {
  const [row] = await database.rows(`SELECT count(*) AS count FROM ${table.name}`);
  return Number(row?.['count']);
}
