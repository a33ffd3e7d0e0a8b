/** Reads and writes whole tables in pages: thousands of rows cross between SQLite and Node in one text. */
import { F2bError } from '../../errors.js';
import type { Database } from '../database.js';
import type { Key } from './changes.js';
import { RowReader } from './row-reader.js';
import type { ReadTable, Table } from './rows.js';

/** Rows written at a time. */
const WRITTEN = 500;

/**
 * Rows of a table, in the order of its key. They are made into values while they are gone through, which is done once.
 */
export class Page<T> implements Iterable<T> {
  readonly #table: ReadTable<T>;
  readonly #rows: Buffer;
  #unreadable = 0;

  /** `rows`: JSON lists, one a line. */
  constructor(table: ReadTable<T>, rows: Buffer) {
    this.#table = table;
    this.#rows = rows;
  }

  /** How many rows, of those gone through, are not values of ours. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** The rows as they were read. */
  get bytes(): Buffer {
    return this.#rows;
  }

  *[Symbol.iterator](): Iterator<T> {
    const { columns, fromRow, unread = '' } = this.#table;
    const form = { columns: columns.length, address: columns.indexOf('address'), unread: columns.indexOf(unread) };
    const reader = new RowReader(this.#rows, form);
    for (let cells = reader.next(); cells !== undefined; cells = reader.next()) {
      const value = fromRow(cells);
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

/**
 * A page is one text, which costs a tenth of rows as objects, and bytes, which V8 neither converts nor keeps in its
 * heap.
 * JSON holds no newline.
 */
function pageQuery<T>(table: ReadTable<T>, backwards: boolean): string {
  const cells = table.columns.map((column) => (table.json.includes(column) ? `json(${column})` : column));
  const key = table.columns.slice(0, table.keyLength);
  const marks = key.map(() => '?').join(', ');
  const order = key.map((column) => `${column} ${backwards ? 'DESC' : 'ASC'}`).join(', ');
  // Keys are text, every text is greater than '' and less than any blob.
  return `SELECT CAST(group_concat(json_array(${cells.join(', ')}), char(10)) AS BLOB) AS page FROM (
    SELECT * FROM ${table.name} WHERE (${key.join(', ')}) ${backwards ? '<' : '>'} (${marks}) ORDER BY ${order} LIMIT ?)`;
}

/** Reads a table; the next page is fetched while the caller works on this one. Throws the STORE_ errors. */
export async function* readTable<T>(
  database: Database,
  table: ReadTable<T>,
  { page = table.page, backwards = false }: ReadOptions = {},
): AsyncGenerator<Page<T>> {
  const query = pageQuery(table, backwards);
  const fetch = async (after: Key): Promise<unknown> => (await database.rows(query, ...after, page))[0]?.['page'];
  let next = fetch(Array.from({ length: table.keyLength }, () => (backwards ? '\u{10FFFF}' : '')));
  for (;;) {
    const rows = await next;
    if (!Buffer.isBuffer(rows)) return;
    next = fetch(lastKey(table, rows));
    // Until it is awaited, a failed fetch must not count as an unhandled rejection.
    next.catch(() => undefined);
    yield new Page(table, rows);
  }
}

/** The key of a page's last row. Throws STORE_DAMAGED. */
function lastKey<T>({ name, keyLength }: ReadTable<T>, rows: Buffer): Key {
  try {
    const cells: readonly unknown[] = JSON.parse(rows.toString('utf8', rows.lastIndexOf('\n') + 1));
    return cells.slice(0, keyLength).map(String);
  } catch (cause) {
    throw new F2bError('STORE_DAMAGED', `the table ${name}`, { cause });
  }
}

/** Rows as one text, some hundred of them. */
export type Portion = string;

/** The values in portions, each made when it is asked for. */
export function* portionsOf<T>(table: Table<T>, values: Iterable<T>): Generator<Portion> {
  let rows: (readonly unknown[])[] = [];
  for (const value of values) {
    rows.push(table.toRow(value));
    if (rows.length < WRITTEN) continue;
    yield JSON.stringify(rows);
    rows = [];
  }
  if (rows.length > 0) yield JSON.stringify(rows);
}

/** Writes portions, replacing rows with the same key. Belongs into a transaction. */
export async function putPortions<T>(database: Database, table: Table<T>, portions: Iterable<Portion>): Promise<void> {
  const cells = table.columns.map((_, index) => `value ->> ${index}`);
  const sql = `INSERT OR REPLACE INTO ${table.name} (${table.columns.join(', ')})
    SELECT ${cells.join(', ')} FROM json_each(?)`;
  for (const portion of portions) await database.run(sql, portion);
}

/** Writes the values, replacing rows with the same key. Belongs into a transaction. */
export async function putRows<T>(database: Database, table: Table<T>, values: Iterable<T>): Promise<void> {
  await putPortions(database, table, portionsOf(table, values));
}

/** Deletes everything. Belongs into a transaction. */
export async function deleteAll(database: Database): Promise<void> {
  for (const table of ['position', 'tally_log', 'offender', 'ban', 'allowance']) {
    await database.run(`DELETE FROM ${table}`);
  }
}

/** Deletes the rows whose first columns, as many as each of `keys` has, are among these. Belongs into a transaction. */
export async function deleteRows<T>(database: Database, table: Table<T>, keys: readonly Key[]): Promise<void> {
  const columns = table.columns.slice(0, keys[0]?.length);
  const values = columns.map((_, index) => `value ->> ${index}`);
  const sql = `DELETE FROM ${table.name} WHERE (${columns.join(', ')}) IN
    (SELECT ${values.join(', ')} FROM json_each(?))`;
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
