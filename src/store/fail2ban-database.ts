/**
 * The bans in fail2ban's database (its schemas 1 to 4, of fail2ban 0.9 to 1.1), as the rows that they are.
 * Invariant: the file is never written to, no link is followed, and what is damaged costs the rows on its pages alone.
 */
import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
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
const PATIENCE = 5_000;

/** Undefined when there is no such file. Never throws. */
export async function readFail2banDatabase(path: string, patience = PATIENCE): Promise<Fail2banDatabase | undefined> {
  const problems: string[] = [];
  const trouble = (error: unknown, hint: string) =>
    void problems.push(`${path}: ${error instanceof Error ? error.message : String(error)}: ${hint}`);
  let database: Database | undefined;
  try {
    const real = trusted(path);
    if (real === undefined) return undefined;
    database = await openDatabase(real, 'inspect');
    await database.exec(`PRAGMA busy_timeout = ${patience}; PRAGMA query_only = ON`);
    await database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON');
    const rows = await readBans(database, path, problems);
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

async function readBans(database: Database, path: string, problems: string[]): Promise<readonly Row[]> {
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
  const up = await readUntilBroken(database, sql, 'up');
  if (up.isWhole) return up.rows;
  const down = await readUntilBroken(database, sql, 'down', up.last);
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
  readonly isWhole: boolean;
}

/** Pages, then row by row up to the damage. `beyond`: where the way from the other end has come to. */
async function readUntilBroken(database: Database, sql: string, way: 'up' | 'down', beyond = -1): Promise<Part> {
  const rows: Row[] = [];
  const [compare, order, start] = way === 'up' ? ['>', 'ASC', -1] : ['<', 'DESC', Number.MAX_SAFE_INTEGER];
  const page = (last: number, size: number) =>
    database
      .rows(`${sql} AND rowid ${compare} ? AND rowid > ? ORDER BY rowid ${order} LIMIT ${size}`, last, beyond)
      .catch(() => undefined);
  let [last, size] = [start, 1_000];
  while (rows.length < MOST_ROWS) {
    const found = await page(last, size);
    if (found === undefined && size === 1) return { rows, last, isWhole: false };
    if (found === undefined) {
      size = 1;
      continue;
    }
    if (found.length === 0) return { rows, last, isWhole: true };
    for (const row of found) rows.push(row);
    last = Number(found.at(-1)?.['id']);
    if (!Number.isSafeInteger(last)) return { rows, last, isWhole: false };
  }
  return { rows, last, isWhole: false };
}
