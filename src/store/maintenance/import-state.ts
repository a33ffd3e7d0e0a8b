/**
 * Puts what was exported in the place of the state.
 * Invariant: all lines are good and all of them are stored, in one transaction, or nothing is changed.
 */
import { F2bError } from '../../errors.js';
import type { StateCounts } from '../../ports/state-report.js';
import type { Database } from '../database.js';
import { openIdle } from '../exclusive.js';
import { deleteAll, putRows, transaction } from '../tables/pages.js';
import { writePosition } from '../tables/position.js';
import { allowanceTable, banTable, failureTable, offenderTable, type Table } from '../tables/rows.js';
import { putFailures, tallyPortions } from '../tables/tally-log.js';
import { type ImportRecord, readRecord } from './import-records.js';

/** More problems than this are counted, not told: most likely this is another kind of file. */
const MAX_TOLD = 20;
/** Lines stored at a time. */
const BATCH = 2_000;

/**
 * Replaces the state in `directory` by the lines of an export, empty ones passed over. `name` stands for their file in
 * messages. Throws IMPORT_INVALID with all problems, STORE_BUSY while the agent runs, and the other STORE_ errors.
 */
export async function importState(directory: string, name: string, lines: Iterable<string>): Promise<StateCounts> {
  const state = await openIdle(directory);
  try {
    const counts = { failures: 0, offenders: 0, bans: 0, allowances: 0 };
    await transaction(state.database, async () => {
      await deleteAll(state.database);
      for (const batch of batches(checked(name, lines))) {
        const failures = valuesOf(failureTable, batch);
        await putFailures(state.database, tallyPortions(failures));
        counts.failures += failures.length;
        counts.offenders += await put(state.database, offenderTable, batch);
        counts.bans += await put(state.database, banTable, batch);
        counts.allowances += await put(state.database, allowanceTable, batch);
        for (const record of batch) if (record.type === 'cursor') await writePosition(state.database, record.position);
      }
    });
    return counts;
  } finally {
    await state.close();
  }
}

/** The records of the lines. After the last, throws IMPORT_INVALID if there was a problem or no line at all. */
function* checked(name: string, lines: Iterable<string>): Generator<ImportRecord> {
  const seen = new Map<string, number>();
  const told: string[] = [];
  let [number, problems] = [0, 0];
  const tell = (problem: string) => {
    problems += 1;
    if (told.length < MAX_TOLD) told.push(`${name}:${number}: ${problem}`);
  };
  for (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    const record = readRecord(line);
    if (typeof record === 'string') {
      tell(record);
      continue;
    }
    const twin = seen.get(record.key);
    if (twin !== undefined) tell(`is about the same as line ${twin}`);
    seen.set(record.key, number);
    if (problems === 0) yield record;
  }
  if (problems > told.length) told.push(`… and ${problems - told.length} more`);
  if (seen.size === 0 && problems === 0) told.push(`${name}: there is nothing to import`);
  if (told.length > 0) throw new F2bError('IMPORT_INVALID', `\n${told.join('\n')}`);
}

function* batches<T>(items: Iterable<T>): Generator<readonly T[]> {
  let batch: T[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

function valuesOf<T>(table: Table<T>, batch: readonly ImportRecord[]): readonly T[] {
  return batch.flatMap((record) => {
    const value = record.type === table.name && 'row' in record ? table.fromRow(record.row) : undefined;
    return value === undefined ? [] : [value];
  });
}

async function put<T>(database: Database, table: Table<T>, batch: readonly ImportRecord[]): Promise<number> {
  const values = valuesOf(table, batch);
  await putRows(database, table, values);
  return values.length;
}
