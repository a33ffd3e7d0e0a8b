/** Writes decisions, or all that is remembered, into a state. Each belongs into a transaction. */
import type { Effect } from '../core/effect.js';
import type { Allowance, Remembered } from '../ports/store.js';
import type { Database } from './database.js';
import { foldEffects } from './tables/changes.js';
import { deleteAll, deleteRows, portionsOf, putPortions, putRows } from './tables/pages.js';
import { writePosition } from './tables/position.js';
import { allowanceTable, banTable, offenderTable } from './tables/rows.js';
import { appendTally, putFailures, tallyPortions } from './tables/tally-log.js';
import type { Writes } from './write-queue.js';

/** Adds to what is stored. */
export async function writeChanges(database: Database, { position, effects, allowances }: Writes): Promise<void> {
  if (effects.length > 0) await writeEffects(database, effects);
  if (allowances !== undefined) await writeAllowances(database, allowances);
  if (position !== undefined) await writePosition(database, position);
}

/** Whether it may do anything to the counted failures. */
export function changesTally({ effects }: Writes): boolean {
  return effects.some(({ kind }) => kind === 'failure' || kind === 'clear-failures' || kind === 'expire-failures');
}

async function writeEffects(database: Database, effects: readonly Effect[]): Promise<void> {
  const changes = foldEffects(effects);
  await appendTally(database, changes);
  await deleteRows(database, banTable, changes.unbanned);
  await putRows(database, banTable, changes.bans);
  await deleteRows(database, offenderTable, changes.deletedOffenders);
  await putRows(database, offenderTable, changes.offenders);
}

async function writeAllowances(database: Database, allowances: readonly Allowance[]): Promise<void> {
  await database.run('DELETE FROM allowance');
  await putRows(database, allowanceTable, allowances);
}

/**
 * Stores this alone. All of it is gone through before the promise is returned: what is remembered changes afterwards.
 */
export function prepareAll(all: Remembered): (database: Database) => Promise<void> {
  const failures = [...tallyPortions(all.failures)];
  const offenders = [...portionsOf(offenderTable, all.offenders)];
  const bans = [...portionsOf(banTable, all.bans)];
  const allowances = [...portionsOf(allowanceTable, all.allowances)];
  return async (database) => {
    await deleteAll(database);
    await putFailures(database, failures);
    await putPortions(database, offenderTable, offenders);
    await putPortions(database, banTable, bans);
    await putPortions(database, allowanceTable, allowances);
    if (all.position !== undefined) await writePosition(database, all.position);
  };
}
