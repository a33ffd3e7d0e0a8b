/**
 * Keeps the tally log short: rows become fewer, and failures that no longer count go. A step at a time, between commits, as
 * there may be a million failures. It goes from the last row to the first, so what a row clears is known to those before.
 * Invariant: each step leaves the same tallies.
 */

import type { Database, Row } from '../database.js';
import { Cleared } from './cleared.js';
import { transaction } from './pages.js';
import {
  type Clears,
  clearsFromText,
  clearsToText,
  type FailureRow,
  failuresFromBytes,
  failuresToBytes,
} from './tally-row.js';

/** Rows that are not worth the work. */
const FEW_ROWS = 64;
/** Rows made one in a step, and failures after which it takes no more of them: some hundredths of a second. */
const STEP_ROWS = 64;
const STEP_FAILURES = 5_000;

/** One way through the log. */
interface Pass {
  /** Only rows before this one are left to be looked at. */
  before: number;
  /** The last row that it began with: whatever is cleared up to it is gone when it is over. */
  readonly end: number;
  readonly cleared: Cleared;
}

/** Some rows as the one that they become. */
interface Merged {
  readonly ids: readonly number[];
  readonly clears: Clears;
  readonly failures: readonly FailureRow[];
  /** The row before them is damaged. */
  readonly isBroken: boolean;
}

export class TallyUpkeep {
  readonly #database: Database;
  #rows: number | undefined;
  #limit = FEW_ROWS;
  #pass: Pass | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Does what is to be done after a commit that appended a row. Throws the STORE_ errors; then nothing is changed. */
  async step(): Promise<void> {
    this.#rows = this.#rows === undefined ? await this.#count() : this.#rows + 1;
    if (this.#pass === undefined && this.#rows < this.#limit) return;
    try {
      this.#pass ??= await this.#begin();
      await transaction(this.#database, () => this.#go(this.#pass));
    } catch (error) {
      this.#pass = undefined;
      throw error;
    }
    if (this.#pass.before > 0) return;
    this.#pass = undefined;
    this.#rows = await this.#count();
    this.#limit = FEW_ROWS + 2 * this.#rows;
  }

  async #count(): Promise<number> {
    const [row] = await this.#database.rows('SELECT count(*) AS count FROM tally_log');
    return Number(row?.['count']);
  }

  async #begin(): Promise<Pass> {
    const [row] = await this.#database.rows('SELECT max(id) AS last FROM tally_log');
    const end = Number(row?.['last']);
    return { before: end + 1, end, cleared: new Cleared() };
  }

  async #go(pass: Pass | undefined): Promise<void> {
    if (pass === undefined) return;
    const sql = 'SELECT id, clears, failures FROM tally_log WHERE id < ? ORDER BY id DESC LIMIT 1';
    const rows: Row[] = [];
    const merged = await merge(async () => {
      const [row] = await this.#database.rows(sql, Number(rows.at(-1)?.['id'] ?? pass.before));
      if (row !== undefined) rows.push(row);
      return row;
    }, pass.cleared);
    if (merged.ids.length > 0) await this.#replace(merged);
    pass.before = merged.isBroken ? 0 : (merged.ids.at(-1) ?? 0);
    if (pass.before > 0 || merged.isBroken) return;
    // By now nothing is left that it would clear.
    await this.#database.run('UPDATE tally_log SET clears = NULL WHERE id <= ?', pass.end);
    await this.#database.run('DELETE FROM tally_log WHERE clears IS NULL AND failures IS NULL');
  }

  /** The last of the rows becomes all of them. */
  async #replace({ ids, clears, failures }: Merged): Promise<void> {
    const [last = 0] = ids;
    const bytes = await failuresToBytes(failures);
    await this.#database.run(
      'UPDATE tally_log SET clears = ?, failures = ? WHERE id = ?',
      clearsToText(clears),
      bytes,
      last,
    );
    await this.#database.run('DELETE FROM tally_log WHERE id < ? AND id >= ?', last, ids.at(-1) ?? last);
  }
}

/** `next` gives the rows from the last one on. `cleared` is what those after them clear, and afterwards they too. */
async function merge(next: () => Promise<Row | undefined>, cleared: Cleared): Promise<Merged> {
  const ids: number[] = [];
  const own = new Cleared();
  const failures: FailureRow[][] = [];
  let isBroken = false;
  for (let count = 0; ids.length < STEP_ROWS && count < STEP_FAILURES; ) {
    const row = await next();
    if (row === undefined) break;
    const [clears, added] = [clearsFromText(row['clears']), await failuresFromBytes(row['failures'])];
    // What is damaged stays as it is, for the check to find.
    isBroken = clears === undefined || added === undefined;
    if (clears === undefined || added === undefined) break;
    const left = added.filter((failure) => cleared.leaves(failure));
    ids.push(Number(row['id']));
    failures.push(left);
    count += left.length;
    cleared.add(clears);
    own.add(clears);
  }
  return { ids, clears: own.clears, failures: failures.toReversed().flat(), isBroken };
}
