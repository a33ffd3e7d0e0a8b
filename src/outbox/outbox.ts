/**
 * A position in the agent's events and what is to be delivered because of them, in one SQLite file.
 * Invariants: a position is stored together with all that follows from the events up to it; a delivery stays until it is
 * said to be done, so that it is made at least once; it has the same id each time. Only what is taken waits for the disk.
 */
import { join } from 'node:path';
import { createSerialQueue } from '../async/serial-queue.js';
import type { F2bError } from '../errors.js';
import type { Position } from '../ports/journal.js';
import type { Database } from '../store/database.js';
import { lockDirectory } from '../store/lock.js';
import { transaction } from '../store/tables/pages.js';
import { type Durability, openOutboxFile, setDurability } from './file.js';

/** What is to be delivered. */
export interface NewDelivery {
  /** Who delivers it: deliveries of one queue are made in their order. */
  readonly queue: string;
  /** The same for the same event, so that none is queued twice; whoever gets it can tell by it that it came before. */
  readonly id: string;
  /** When it happened, µs since the epoch. */
  readonly at: number;
  readonly body: string;
}

export interface Delivery extends Omit<NewDelivery, 'queue'> {
  /** How often it failed. */
  readonly attempts: number;
}

/** How a queue does. Instants in µs since the epoch. */
export interface QueueState {
  readonly queue: string;
  readonly waiting: number;
  /** When the oldest of what waits happened. */
  readonly oldest: number | undefined;
  readonly delivered: number;
  /** What was refused until it was given up. */
  readonly givenUp: number;
  /** What was dropped, the oldest first, as the queue was full. */
  readonly dropped: number;
  readonly lastSuccess: number | undefined;
  readonly lastFailure: number | undefined;
  /** Of the last failure, while nothing has succeeded since. */
  readonly lastError: string | undefined;
}

/** An attempt that failed. */
export interface FailedAttempt {
  /** µs since the epoch. */
  readonly at: number;
  readonly error: string;
}

/** Everything throws the STORE_ errors. */
export interface Outbox {
  /** Undefined when nothing was stored yet. */
  position(): Promise<Position | undefined>;
  /** Stores all of it or nothing. A queue keeps the `most` newest of what waits. */
  add(deliveries: readonly NewDelivery[], position: Position, most: (queue: string) => number): Promise<void>;
  /** What is due next in a queue, up to `most`. */
  next(queue: string, most: number): Promise<readonly Delivery[]>;
  /** They were delivered at `at`, µs since the epoch. */
  done(queue: string, ids: readonly string[], at: number): Promise<void>;
  /** They stay. */
  failed(queue: string, ids: readonly string[], attempt: FailedAttempt): Promise<void>;
  /** They go without having been delivered. */
  giveUp(queue: string, ids: readonly string[], attempt: FailedAttempt): Promise<void>;
  states(): Promise<readonly QueueState[]>;
  /** Forgets the other queues, with all that waits in them. */
  keepOnly(queues: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the outbox in `directory`, which exists, for this process alone; a damaged file is set aside, and `report` told.
 * Throws STORE_BUSY, STORE_NEWER and the other STORE_ errors.
 */
export async function openOutbox(directory: string, report: (error: F2bError) => void): Promise<Outbox> {
  const lock = await lockDirectory(directory);
  try {
    const database = await openOutboxFile(join(directory, 'outbox.sqlite'), report);
    return createOutbox(database, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** One journal is followed, so that its place in it is all there is to a position. */
async function readPosition(database: Database): Promise<Position | undefined> {
  const [row] = await database.rows('SELECT cursor, received_at FROM position');
  if (row === undefined) return undefined;
  return { cursor: String(row['cursor']), receivedAt: Number(row['received_at']) };
}

async function writePosition(database: Database, { cursor, receivedAt }: Position): Promise<void> {
  await database.run('INSERT OR REPLACE INTO position (id, cursor, received_at) VALUES (1, ?, ?)', cursor, receivedAt);
}

const NAMED = 'SELECT value FROM json_each(?)';
const COUNTERS = 'INSERT INTO queue (name) VALUES (?) ON CONFLICT DO NOTHING';
/** In their order, as one text: a statement for each would go to SQLite's thread and back each time. */
const WAITING = `INSERT INTO delivery (queue, id, at, body)
  SELECT value ->> 'queue', value ->> 'id', value ->> 'at', value ->> 'body' FROM json_each(?)
  WHERE true ORDER BY key ON CONFLICT DO NOTHING`;
const DELIVERED = 'INSERT INTO success (queue, ids, count, at) VALUES (?, ?, ?, ?)';

function createOutbox(database: Database, release: () => Promise<void>): Outbox {
  // A statement between the beginning and the end of somebody else's transaction would be part of it.
  const inTurn = createSerialQueue();
  let current: Durability | undefined;
  const commit = (durability: Durability, work: () => Promise<void>) =>
    inTurn(async () => {
      if (durability !== current) await setDurability(database, durability);
      current = durability;
      await work();
    });
  // What was taken from the journal is not read there again. What was told may be told again, with the same id.
  const taken = (work: () => Promise<void>) => commit('full', () => transaction(database, work));
  const told = (work: () => Promise<void>) => commit('ordered', () => transaction(database, work));
  const remove = (queue: string, ids: readonly string[]) =>
    database.run(`DELETE FROM delivery WHERE queue = ? AND id IN (${NAMED})`, queue, JSON.stringify(ids));
  return {
    position: () => inTurn(() => readPosition(database)),
    add: (deliveries, position, most) =>
      taken(async () => {
        if (deliveries.length > 0) await database.run(WAITING, JSON.stringify(deliveries));
        for (const queue of new Set(deliveries.map((delivery) => delivery.queue))) {
          await database.run(COUNTERS, queue);
          await dropOldest(database, queue, most(queue));
        }
        await writePosition(database, position);
      }),
    next: (queue, most) => inTurn(() => readNext(database, queue, most)),
    done: (queue, ids, at) =>
      // A statement is a transaction.
      commit('ordered', () => database.run(DELIVERED, queue, JSON.stringify(ids), ids.length, at)),
    failed: (queue, ids, attempt) =>
      told(async () => {
        const sql = `UPDATE delivery SET attempts = attempts + 1 WHERE queue = ? AND id IN (${NAMED})`;
        await database.run(sql, queue, JSON.stringify(ids));
        await noteFailure(database, queue, attempt, 0);
      }),
    giveUp: (queue, ids, attempt) =>
      told(async () => {
        await remove(queue, ids);
        await noteFailure(database, queue, attempt, ids.length);
      }),
    states: () => inTurn(() => readStates(database)),
    keepOnly: (queues) =>
      told(async () => {
        await database.run(`DELETE FROM delivery WHERE queue NOT IN (${NAMED})`, JSON.stringify(queues));
        await database.run(`DELETE FROM queue WHERE name NOT IN (${NAMED})`, JSON.stringify(queues));
        for (const queue of queues) await database.run(COUNTERS, queue);
      }),
    close: () =>
      inTurn(async () => {
        await database.close();
        await release();
      }),
  };
}

async function dropOldest(database: Database, queue: string, most: number): Promise<void> {
  const [row] = await database.rows('SELECT count(*) AS waiting FROM delivery WHERE queue = ?', queue);
  const tooMany = Number(row?.['waiting']) - most;
  if (tooMany <= 0) return;
  await database.run(
    'DELETE FROM delivery WHERE seq IN (SELECT seq FROM delivery WHERE queue = ? ORDER BY seq LIMIT ?)',
    ...[queue, tooMany],
  );
  await database.run('UPDATE queue SET dropped = dropped + ? WHERE name = ?', tooMany, queue);
}

async function noteFailure(
  database: Database,
  queue: string,
  { at, error }: FailedAttempt,
  givenUp: number,
): Promise<void> {
  await database.run(COUNTERS, queue);
  await database.run(
    'UPDATE queue SET given_up = given_up + ?, last_failure = ?, last_error = ? WHERE name = ?',
    ...[givenUp, at, error, queue],
  );
}

async function readNext(database: Database, queue: string, most: number): Promise<readonly Delivery[]> {
  const sql = 'SELECT id, at, body, attempts FROM delivery WHERE queue = ? ORDER BY seq LIMIT ?';
  const rows = await database.rows(sql, queue, most);
  return rows.map(({ id, at, body, attempts }) => ({
    id: String(id),
    at: Number(at),
    body: String(body),
    attempts: Number(attempts),
  }));
}

async function readStates(database: Database): Promise<readonly QueueState[]> {
  const rows = await database.rows(
    `SELECT name, delivered, given_up, dropped, last_success, last_failure, last_error,
      (SELECT count(*) FROM delivery WHERE queue = name) AS waiting,
      (SELECT at FROM delivery WHERE queue = name ORDER BY seq LIMIT 1) AS oldest
      FROM queue ORDER BY name`,
  );
  const instant = (cell: unknown) => (cell === null ? undefined : Number(cell));
  return rows.map((row) => ({
    queue: String(row['name']),
    waiting: Number(row['waiting']),
    oldest: instant(row['oldest']),
    delivered: Number(row['delivered']),
    givenUp: Number(row['given_up']),
    dropped: Number(row['dropped']),
    lastSuccess: instant(row['last_success']),
    lastFailure: instant(row['last_failure']),
    lastError: row['last_error'] === null ? undefined : String(row['last_error']),
  }));
}
