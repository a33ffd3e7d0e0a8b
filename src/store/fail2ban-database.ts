/**
 * The bans in fail2ban's database (its schemas 1 to 4, of fail2ban 0.9 to 1.1), as the rows that they are.
 * Invariant: the file is never written to, no link is followed, and what is damaged costs the rows on its pages alone.
 */
import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { asF2bError } from '../errors.js';
import { type Database, openDatabase, type Row } from './database.js';

export interface Fail2banDatabase {
  /** Rows of `bips`, the latest ban of each address in a jail, or of `bans`, all of them. Nothing is checked yet. */
  readonly rows: readonly Row[];
  /** What could not be read, and what to do about it. */
  readonly problems: readonly string[];
}

/** The schema of fail2ban 0.11 to 1.1. */
const KNOWN_VERSION = 4;

/** More than any fail2ban has kept running with; and a file that never ends must come to an end here. */
const MOST_ROWS = 2_000_000;

/** How long a lock of fail2ban's is waited for, ms: it never writes long. */
const TIMEOUT = 5_000;

interface ReadOptions {
  /** ms */
  readonly timeout?: number;
  readonly mostRows?: number;
  readonly open?: typeof openDatabase;
}

/** Undefined when there is no such file. Never throws. */
export async function readFail2banDatabase(
  path: string,
  { timeout = TIMEOUT, mostRows = MOST_ROWS, open = openDatabase }: ReadOptions = {},
): Promise<Fail2banDatabase | undefined> {
  const problems: string[] = [];
  const trouble = (error: unknown, hint: string) =>
    void problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}: ${hint}`);
  let database: Database | undefined;
  try {
    const real = trusted(path);
    if (real === undefined) return undefined;
    database = await open(real, 'inspect');
    await database.exec(`PRAGMA busy_timeout = ${timeout}; PRAGMA query_only = ON`);
    await database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    const rows = await readBans(database, { path, mostRows }, problems);
    return { rows, problems };
  } catch (error) {
    trouble(error, 'no ban is carried over from it; try again, or once fail2ban is stopped');
    return { rows: [], problems };
  } finally {
    await database?.close().catch(() => {});
  }
}

/** The path without links in its folders. Throws for a file that is a link itself, or that others may write to. */
function trusted(path: string): string | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isFile()) throw new Error('it is no regular file');
  if ((stats.mode & 0o002) !== 0) throw new Error('everybody may write to it');
  return join(realpathSync(dirname(path)), basename(path));
}

async function readBans(
  database: Database,
  { path, mostRows }: { readonly path: string; readonly mostRows: number },
  problems: string[],
): Promise<readonly Row[]> {
  const [version] = await database.rows('SELECT version FROM fail2banDb LIMIT 1').catch(() => []);
  const number = Number(version?.['version']);
  if (number > KNOWN_VERSION)
    problems.push(
      `${path}: its schema ${number} is newer than what is known here (${KNOWN_VERSION}): look at the result`,
    );
  const tables = await database.rows(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('bips', 'bans')",
  );
  const names = tables.map((row) => row['name']);
  const table = names.includes('bips') ? 'bips' : 'bans';
  if (!names.includes(table)) throw new Error('it has no table of bans');
  const sql = await selection(database, table);
  const up = await readUntilBroken(database, sql, { way: 'up', mostRows });
  if (up.end === 'whole') return up.rows;
  if (up.end === 'limit') {
    const hint = 'let fail2ban drop older ones (fail2ban-client set dbpurgeage 1d), and import again';
    problems.push(`${path}: only its first ${mostRows} bans are read: ${hint}`);
    return up.rows;
  }
  const down = await readUntilBroken(database, sql, { way: 'down', mostRows, beyond: up.last });
  problems.push(
    `${path}: a part of it is damaged and is passed over: mend it with sqlite3's .recover and import again`,
  );
  return [...up.rows, ...down.rows];
}

/** The columns that there are: `bantime` and `bancount` came with schema 3. */
async function selection(database: Database, table: string): Promise<string> {
  const columns = (await database.rows(`SELECT name FROM pragma_table_info('${table}')`)).map((row) => row['name']);
  const optional = ['bantime', 'bancount'].filter((name) => columns.includes(name));
  const data = columns.includes('data') ? FAILURES : 'NULL';
  const wanted = ['rowid AS id', 'jail', 'ip', 'timeofban', ...optional, `${data} AS failures`];
  // No address or jail's name is longer, and nothing longer is to be carried about.
  return `SELECT ${wanted.join(', ')} FROM ${table} WHERE length(ip) <= 100 AND length(jail) <= 255`;
}

const FAILURES = `CASE WHEN length(data) < 1000000 AND json_valid(CAST(data AS TEXT))
  THEN json_extract(CAST(data AS TEXT), '$.failures') END`;

interface Part {
  readonly rows: readonly Row[];
  readonly last: number;
  /** Why it ends there. */
  readonly end: 'whole' | 'damage' | 'limit';
}

interface Way {
  readonly way: 'up' | 'down';
  readonly mostRows: number;
  /** Where the way from the other end has come to. */
  readonly beyond?: number;
}

/** Pages, then row by row up to the damage. Throws STORE_LOCKED: a lock is no damage. */
async function readUntilBroken(database: Database, sql: string, { way, mostRows, beyond = -1 }: Way): Promise<Part> {
  const rows: Row[] = [];
  const [compare, order, start] = way === 'up' ? ['>', 'ASC', -1] : ['<', 'DESC', Number.MAX_SAFE_INTEGER];
  const page = (last: number, size: number) =>
    database
      .rows(`${sql} AND rowid ${compare} ? AND rowid > ? ORDER BY rowid ${order} LIMIT ${size}`, last, beyond)
      .catch((error) => {
        if (asF2bError(error).code === 'STORE_LOCKED') throw error;
        return undefined;
      });
  let [last, size] = [start, 1_000];
  while (rows.length < mostRows) {
    const found = await page(last, Math.min(size, mostRows - rows.length));
    if (found === undefined && size === 1) return { rows, last, end: 'damage' };
    if (found === undefined) {
      size = 1;
      continue;
    }
    if (found.length === 0) return { rows, last, end: 'whole' };
    for (const row of found) rows.push(row);
    last = Number(found.at(-1)?.['id']);
    if (!Number.isSafeInteger(last)) return { rows, last, end: 'damage' };
  }
  return { rows, last, end: 'limit' };
}
