/** Reads and writes whole tables in pages: thousands of rows cross between SQLite and Node in one JSON text. */
import type { Key } from './changes.js';
import type { Database } from './database.js';
import type { Table } from './rows.js';

/** Rows in one page: larger ones take as long and hold more memory (measured with a million rows). */
const PAGE = 500;

/** What a table was read into, page by page in the order of its key. */
export interface Page<T> {
  readonly values: readonly T[];
  /** Rows that are not values of ours. */
  readonly unreadable: number;
}

export interface ReadOptions {
  readonly page?: number;
  /** From the last key to the first. */
  readonly backwards?: boolean;
}

function pageQuery<T>(table: Table<T>, backwards: boolean): string {
  const cells = table.columns.map((column) => (table.json.includes(column) ? `json(${column})` : column));
  const key = table.columns.slice(0, table.keyLength);
  const marks = key.map(() => '?').join(', ');
  const order = key.map((column) => `${column} ${backwards ? 'DESC' : 'ASC'}`).join(', ');
  // Keys are text, every text is greater than '' and less than any blob.
  return `SELECT json_group_array(json_array(${cells.join(', ')})) AS page FROM (
    SELECT * FROM ${table.name} WHERE (${key.join(', ')}) ${backwards ? '<' : '>'} (${marks}) ORDER BY ${order} LIMIT ?)`;
}

/** Reads a table; the next page is fetched while the caller works on this one. Throws the STORE_ errors. */
export async function* readTable<T>(
  database: Database,
  table: Table<T>,
  { page = PAGE, backwards = false }: ReadOptions = {},
): AsyncGenerator<Page<T>> {
  const query = pageQuery(table, backwards);
  const fetch = async (after: Key): Promise<readonly (readonly unknown[])[]> => {
    const [answer] = await database.rows(query, ...after, page);
    return JSON.parse(String(answer?.['page']));
  };
  let next = fetch(Array.from({ length: table.keyLength }, () => (backwards ? '\u{10FFFF}' : '')));
  for (;;) {
    const rows = await next;
    const last = rows.at(-1);
    if (last === undefined) return;
    next = fetch(last.slice(0, table.keyLength).map(String));
    // Until it is awaited, a failed fetch must not count as an unhandled rejection.
    next.catch(() => undefined);
    const values = rows.map(table.fromRow).filter((value) => value !== undefined);
    yield { values, unreadable: rows.length - values.length };
  }
}

/** Writes the values, replacing rows with the same key. Belongs into a transaction. */
export async function putRows<T>(database: Database, table: Table<T>, values: readonly T[]): Promise<void> {
  const cells = table.columns.map((_, index) => `value ->> ${index}`);
  const sql = `INSERT OR REPLACE INTO ${table.name} (${table.columns.join(', ')})
    SELECT ${cells.join(', ')} FROM json_each(?)`;
  for (let start = 0; start < values.length; start += PAGE) {
    await database.run(sql, JSON.stringify(values.slice(start, start + PAGE).map(table.toRow)));
  }
}

/** Deletes the rows whose first key columns, jail and address, are among `keys`. Belongs into a transaction. */
export async function deleteRows<T>(database: Database, table: Table<T>, keys: readonly Key[]): Promise<void> {
  const sql = `DELETE FROM ${table.name} WHERE (jail, address) IN
    (SELECT value ->> 0, value ->> 1 FROM json_each(?))`;
  for (let start = 0; start < keys.length; start += PAGE) {
    await database.run(sql, JSON.stringify(keys.slice(start, start + PAGE)));
  }
}

/** Runs `work` as one transaction: all of it is stored, durably, or nothing. */
export async function transaction(database: Database, work: () => Promise<void>): Promise<void> {
  await database.exec('BEGIN IMMEDIATE');
  try {
    await work();
    await database.exec('COMMIT');
  } catch (error) {
    // SQLite rolls back by itself after some errors (full disk); then there is nothing to roll back.
    await database.exec('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
