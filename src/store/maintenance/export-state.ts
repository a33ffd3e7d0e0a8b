/**
 * The state as plain objects in a fixed order, read without the agent and without changing the file.
 * Invariant: equal states give equal lists; nothing in them depends on when or how often they were written.
 */
import { join } from 'node:path';
import type { Ban } from '../../core/ban.js';
import type { Failure } from '../../core/failure.js';
import { jsonEnd } from '../../core/json-record.js';
import type { Offender } from '../../core/offender.js';
import type { Position } from '../../ports/journal.js';
import type { Allowance } from '../../ports/store.js';
import type { Database } from '../database.js';
import { openForReading, STATE_FILE } from '../state-file.js';
import { readTable } from '../tables/pages.js';
import { readPosition } from '../tables/position.js';
import { allowanceTable, banTable, offenderTable, type Table } from '../tables/rows.js';
import { readFailures } from '../tables/tally-log.js';

/** One object of the export; `type` comes first. Times in µs since the epoch, lengths in µs, null for "never ends". */
export type StateRecord = { readonly type: 'cursor' | 'failure' | 'offender' | 'ban' | 'allowance' } & Readonly<
  Record<string, unknown>
>;

/**
 * The state in `directory`: cursor, failures, offenders, bans, allowances, each by jail and address. Throws the STORE_
 * errors.
 */
export async function* exportState(directory: string): AsyncGenerator<StateRecord> {
  const path = join(directory, STATE_FILE);
  const database = await openForReading(path);
  try {
    const position = await readPosition(database);
    if (position !== undefined) yield cursorRecord(position);
    for (const failure of (await readFailures(database)).failures) yield failureRecord(failure);
    yield* records(database, offenderTable, offenderRecord);
    yield* records(database, banTable, banRecord);
    yield* records(database, allowanceTable, allowanceRecord);
  } finally {
    await database.close();
  }
}

async function* records<T>(
  database: Database,
  table: Table<T>,
  toRecord: (value: T) => StateRecord,
): AsyncGenerator<StateRecord> {
  for await (const page of readTable(database, table)) {
    for (const value of page) yield toRecord(value);
  }
}

function cursorRecord({ cursor, receivedAt, others }: Position): StateRecord {
  return { type: 'cursor', time: receivedAt, cursor, ...(others === undefined ? {} : { others }) };
}

function failureRecord({ jail, address, at, cursor, evidence, count, user }: Failure): StateRecord {
  const record = { jail, address: address.text, time: at, cursor, count, evidence };
  return { type: 'failure', ...record, ...(user === undefined ? {} : { user }) };
}

function offenderRecord({ jail, address, count, bannedAt, bantime, totalBantime }: Offender): StateRecord {
  const record = { jail, address: address.text, since: bannedAt, until: jsonEnd(bannedAt + bantime), count };
  return { type: 'offender', ...record, bantime: jsonEnd(bantime), totalBantime: jsonEnd(totalBantime) };
}

function banRecord(ban: Ban): StateRecord {
  const { jail, address, since, until, count, disposition, ports, origin, failures, evidence, reason, members } = ban;
  const record = { jail, address: address.text, since, until: jsonEnd(until), count };
  return {
    type: 'ban',
    ...record,
    ...{ disposition, ports, origin, failures, evidence },
    ...(reason === undefined ? {} : { reason }),
    ...(members === undefined ? {} : { members: members.map(banRecord) }),
  };
}

function allowanceRecord({ address, since, until, reason }: Allowance): StateRecord {
  const record = { address: address.text, since, until: jsonEnd(until) };
  return { type: 'allowance', ...record, ...(reason === undefined ? {} : { reason }) };
}
