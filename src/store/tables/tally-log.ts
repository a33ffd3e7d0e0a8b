/**
 * The counted failures: a log of what each commit did to them, instead of a row for each failure, which costs two trees a
 * change. Most failures are over before they have been read once. See also TallyUpkeep.
 * Invariant: each row clears of those before it, and then adds; so rows in order, all of them, are the tallies.
 */
import type { Failure } from '../../core/failure.js';
import type { Database, Row } from '../database.js';
import type { Changes } from './changes.js';
import { Cleared } from './cleared.js';
import { type Portion, readTable } from './pages.js';
import { failureTable } from './rows.js';
import { clearsFromText, clearsToText, type FailureRow, failuresFromBytes, textToBytes } from './tally-row.js';

/** Failures in one row at most: after an hour without room a commit may hold very many. */
const WRITTEN = 5_000;

/** Appends what a commit did. Belongs into a transaction. */
export async function appendTally(
  database: Database,
  { expiries, clearedFailures: cleared, failures }: Pick<Changes, 'expiries' | 'clearedFailures' | 'failures'>,
): Promise<void> {
  const clears = clearsToText({ expiries, cleared });
  if (clears !== null) await putTally(database, clears, null);
  await putFailures(database, tallyPortions(failures));
}

/** The failures in portions, each made when it is asked for. */
export function* tallyPortions(failures: Iterable<Failure>): Generator<Portion> {
  let rows: FailureRow[] = [];
  for (const failure of failures) {
    rows.push(failureTable.toRow(failure));
    if (rows.length < WRITTEN) continue;
    yield JSON.stringify(rows);
    rows = [];
  }
  if (rows.length > 0) yield JSON.stringify(rows);
}

/** Appends failures. Belongs into a transaction. */
export async function putFailures(database: Database, portions: Iterable<Portion>): Promise<void> {
  for (const portion of portions) await putTally(database, null, await textToBytes(portion));
}

async function putTally(database: Database, clears: string | null, failures: Buffer | null): Promise<void> {
  await database.run('INSERT INTO tally_log (clears, failures) VALUES (?, ?)', clears, failures);
}

/** What the log holds. */
export interface StoredFailures {
  /** Ordered by jail, address and cursor. */
  readonly failures: readonly Failure[];
  /** Rows of the log, and failures, that are not what they should be. */
  readonly unreadable: number;
}

/** Reads all of it; also of a file that does not have the log yet. Throws the STORE_ errors. */
export async function readFailures(database: Database): Promise<StoredFailures> {
  if (!(await hasTallyLog(database))) return readFormerTable(database);
  const found = new Map<string, Failure>();
  const cleared = new Cleared();
  let unreadable = 0;
  for await (const row of tallyRows(database)) {
    const [clears, failures] = [clearsFromText(row['clears']), await failuresFromBytes(row['failures'])];
    if (clears === undefined || failures === undefined) unreadable += 1;
    for (const cells of failures?.toReversed() ?? []) if (!take(found, cleared, cells)) unreadable += 1;
    if (clears !== undefined) cleared.add(clears);
  }
  const sorted = [...found].sort(([one], [other]) => (one < other ? -1 : 1));
  return { failures: sorted.map(([, failure]) => failure), unreadable };
}

/** False when it is no failure. Of one that was stored again the later one, which is met first, is the one that counts. */
function take(found: Map<string, Failure>, cleared: Cleared, cells: FailureRow): boolean {
  const failure = failureTable.fromRow(cells);
  if (failure === undefined) return false;
  const key = `${failure.jail}\0${failure.address.text}\0${failure.cursor}`;
  if (cleared.leaves(cells) && !found.has(key)) found.set(key, failure);
  return true;
}

/** Rows of the log from the last to the first; those that SQLite cannot read are passed over by who salvages. */
async function* tallyRows(database: Database): AsyncGenerator<Row> {
  const sql = 'SELECT id, clears, failures FROM tally_log WHERE id < ? ORDER BY id DESC LIMIT 1';
  let [row] = await database.rows(sql, Number.MAX_SAFE_INTEGER);
  while (row !== undefined) {
    yield row;
    [row] = await database.rows(sql, Number(row['id']));
  }
}

/** False for a file of the first schema. */
export async function hasTallyLog(database: Database): Promise<boolean> {
  const [row] = await database.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'tally_log'");
  return row !== undefined;
}

/** The first schema had a row for each failure. */
async function readFormerTable(database: Database): Promise<StoredFailures> {
  const failures: Failure[] = [];
  let unreadable = 0;
  for await (const page of readTable(database, failureTable)) {
    for (const failure of page) failures.push(failure);
    unreadable += page.unreadable;
  }
  return { failures, unreadable };
}
