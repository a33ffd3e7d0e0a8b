/**
 * One SQLite connection with promises, kept statements and errors of ours.
 * The only file that talks to the sqlite3 package; calls run one after another, in the order they were made.
 */
import sqlite3 from 'sqlite3';
import { F2bError } from '../errors.js';
import { refuseOddFile } from './refuse-odd-file.js';
import { storeError } from './store-error.js';

/** What a column holds and what a parameter may be. */
export type Cell = string | number | Buffer | null;

/** A row as SQLite answers it: column name → value. */
export type Row = Readonly<Record<string, unknown>>;

export interface Database {
  /** Runs statements that answer nothing. */
  exec(sql: string): Promise<void>;
  /** Runs one statement; it is prepared once and kept. */
  run(sql: string, ...parameters: readonly Cell[]): Promise<void>;
  /** All rows of one statement; it is prepared once and kept. */
  rows(sql: string, ...parameters: readonly Cell[]): Promise<readonly Row[]>;
  /** Breaks off the statement that runs now, if any does: it fails. */
  interrupt(): void;
  close(): Promise<void>;
}

/** How long a call waits for another connection's lock, ms. */
const BUSY_TIMEOUT = 5_000;

/** Turns a node-style callback into a promise; a failure becomes an F2bError that names `path`. */
function call<T>(path: string, start: (done: (error: Error | null, value: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, value) => (error === null ? resolve(value) : reject(storeError(error, path))));
  });
}

function connect(path: string, mode: number): Promise<sqlite3.Database> {
  return call(path, (done) => {
    const connection: sqlite3.Database = new sqlite3.Database(path, mode, (error) => done(error, connection));
  });
}

/** SQLITE_OPEN_NOFOLLOW of sqlite3.h: no part of the path may be a symbolic link. */
const NO_FOLLOW = 0x0100_0000;

const modes = {
  create: sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE,
  read: sqlite3.OPEN_READONLY,
  inspect: sqlite3.OPEN_READONLY | NO_FOLLOW,
} as const;

/**
 * Opens the file; `create` makes it when it is missing, `read` never writes to it; so does `inspect`, for what another
 * program left, and follows no link. Throws STORE_UNREADABLE and the other STORE_ errors.
 */
export async function openDatabase(path: string, purpose: keyof typeof modes): Promise<Database> {
  refuseOddFile(path);
  const connection = await connect(path, modes[purpose]);
  connection.configure('busyTimeout', BUSY_TIMEOUT);
  connection.serialize();
  const statements = new Map<string, sqlite3.Statement>();
  const prepare = async (sql: string): Promise<sqlite3.Statement> => {
    const statement = await call<sqlite3.Statement>(path, (done) => {
      const prepared: sqlite3.Statement = connection.prepare(sql, (error: Error | null) => done(error, prepared));
    });
    statements.set(sql, statement);
    return statement;
  };
  /** Starts `work` at once when the statement is prepared: SQLite then works while the caller does. */
  const use = <T>(sql: string, work: (statement: sqlite3.Statement) => Promise<T>): Promise<T> => {
    const kept = statements.get(sql);
    return kept === undefined ? prepare(sql).then(work) : work(kept);
  };
  return {
    exec: (sql) => call<void>(path, (done) => connection.exec(sql, (error) => done(error))),
    run: (sql, ...parameters) =>
      use(sql, (statement) => call<void>(path, (done) => statement.run(parameters, (error) => done(error)))),
    rows: (sql, ...parameters) =>
      use(sql, (statement) => call<Row[]>(path, (done) => statement.all<Row>(parameters, soon(done)))),
    interrupt: () => connection.interrupt(),
    close: async () => {
      for (const statement of statements.values()) statement.finalize();
      statements.clear();
      await call<void>(path, (done) => connection.close(done));
    },
  };
}

/** Calls back when the package has left its own call-back: before, it would keep the next statement waiting. */
function soon<Values extends readonly unknown[]>(done: (...values: Values) => void): (...values: Values) => void {
  return (...values) => void setImmediate(done, ...values);
}

/** Whether the error says that the file's contents are broken, as opposed to a full disk or a busy file. */
export function isDamage(error: unknown): boolean {
  return error instanceof F2bError && error.code === 'STORE_DAMAGED';
}
