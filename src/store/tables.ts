/** Reads and writes whole tables in pages: thousands of rows cross between SQLite and Node in one JSON text. */
import type { Key } from './changes.js';
import type { Database } from './database.js';
import type { Table } from './rows.js';

/** Rows written at a time. */
const WRITTEN = 500;

/** Rows of a table, in the order of its key. They are made into values while they are gone through, which is done once. */
export class Page<T> implements Iterable<T> {
  readonly #table: Table<T>;
  readonly #columns: readonly (readonly unknown[])[];
  #unreadable = 0;

  constructor(table: Table<T>, columns: readonly (readonly unknown[])[]) {
    this.#table = table;
    this.#columns = columns;
  }

  /** How many rows, of those gone through, are not values of ours. */
  get unreadable(): number {
    return this.#unreadable;
  }

  *[Symbol.iterator](): Iterator<T> {
    const columns = this.#columns;
    const rows = columns[0]?.length ?? 0;
    const cells = new Array<unknown>(columns.length);
    for (let row = 0; row < rows; row += 1) {
      for (let at = 0; at < cells.length; at += 1) cells[at] = columns[at]?.[row];
      const value = this.#table.fromRow(cells);
      if (value === undefined) this.#unreadable += 1;
      else yield value;
    }
  }
}

export interface ReadOptions {
  readonly page?: number;
  /** From the last key to the first. */
  readonly backwards?: boolean;
}

/** A page is one row of JSON lists, a list for each column: lists of numbers are read without an object for each. */
function pageQuery<T>(table: Table<T>, backwards: boolean): string {
  const cells = table.columns.map((column) => (table.json.includes(column) ? `json(${column})` : column));
  const lists = cells.map((cell, at) => `json_group_array(${cell}) AS c${at}`);
  const key = table.columns.slice(0, table.keyLength);
  const marks = key.map(() => '?').join(', ');
  const order = key.map((column) => `${column} ${backwards ? 'DESC' : 'ASC'}`).join(', ');
  // Keys are text, every text is greater than '' and less than any blob.
  return `SELECT ${lists.join(', ')} FROM (
    SELECT * FROM ${table.name} WHERE (${key.join(', ')}) ${backwards ? '<' : '>'} (${marks}) ORDER BY ${order} LIMIT ?)`;
}

/** Reads a table; the next page is fetched while the caller works on this one. Throws the STORE_ errors. */
export async function* readTable<T>(
  database: Database,
  table: Table<T>,
  { page = table.page, backwards = false }: ReadOptions = {},
): AsyncGenerator<Page<T>> {
  const query = pageQuery(table, backwards);
  const fetch = async (after: Key): Promise<readonly string[]> => {
    const [answer] = await database.rows(query, ...after, page);
    return table.columns.map((_, at) => String(answer?.[`c${at}`]));
  };
  let next = fetch(Array.from({ length: table.keyLength }, () => (backwards ? '\u{10FFFF}' : '')));
  for (;;) {
    const lists = await next;
    const keys = lists.slice(0, table.keyLength).map(parseList);
    const last = keys.map((column) => column.at(-1));
    if (last[0] === undefined) return;
    next = fetch(last.map(String));
    // Until it is awaited, a failed fetch must not count as an unhandled rejection.
    next.catch(() => undefined);
    yield new Page(table, [...keys, ...lists.slice(table.keyLength).map(parseList)]);
  }
}

function parseList(text: string): readonly unknown[] {
  return JSON.parse(text);
}

/** Writes the values, replacing rows with the same key. Belongs into a transaction. */
export async function putRows<T>(database: Database, table: Table<T>, values: readonly T[]): Promise<void> {
  const cells = table.columns.map((_, index) => `value ->> ${index}`);
  const sql = `INSERT OR REPLACE INTO ${table.name} (${table.columns.join(', ')})
    SELECT ${cells.join(', ')} FROM json_each(?)`;
  for (let start = 0; start < values.length; start += WRITTEN) {
    await database.run(sql, JSON.stringify(values.slice(start, start + WRITTEN).map(table.toRow)));
  }
}

/** Deletes the rows whose first key columns, jail and address, are among `keys`. Belongs into a transaction. */
export async function deleteRows<T>(database: Database, table: Table<T>, keys: readonly Key[]): Promise<void> {
  const sql = `DELETE FROM ${table.name} WHERE (jail, address) IN
    (SELECT value ->> 0, value ->> 1 FROM json_each(?))`;
  for (let start = 0; start < keys.length; start += WRITTEN) {
    await database.run(sql, JSON.stringify(keys.slice(start, start + WRITTEN)));
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
