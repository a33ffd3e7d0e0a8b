/**
 * The memory of f2b-fleetd in one SQLite file. Invariant: a commit is stored whole or not at all, in the order in which
 * they were asked for, and none after one that was not. A file that is damaged is set aside: all of it can be had again, from the stream and the agent.
 */
import { randomInt } from 'node:crypto';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createSerialQueue } from '../async/serial-queue.js';
import { jsonEnd } from '../core/json-record.js';
import { asF2bError, F2bError } from '../errors.js';
import type { Change } from '../fleet/deciding/change.js';
import type { Claim } from '../fleet/deciding/claim.js';
import { Claims } from '../fleet/deciding/claims.js';
import type {
  FleetLoaded,
  FleetStore,
  OwnFailures,
  OwnMessage,
  WaitingFailures,
  WaitingMessage,
} from '../fleet/fleet-store.js';
import type { Place } from '../fleet/session.js';
import type { Position } from '../ports/journal.js';
import { type Database, isDamage, openDatabase, type Row } from './database.js';
import { lockDirectory } from './lock.js';
import { claimTable } from './tables/claim-table.js';
import { type Fact, factOf, failuresOf, memoryOf, messageOf } from './tables/fleet-rows.js';
import { deleteRows, putRows, readTable, transaction } from './tables/pages.js';

const FILE = 'fleet.sqlite';

/** `n`: the order in which messages wait. NULL stands for "never ends", or "not published yet". */
const schema = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA temp_store = MEMORY;
CREATE TABLE IF NOT EXISTS claim (
  host TEXT NOT NULL, jail TEXT NOT NULL, address TEXT NOT NULL,
  since INTEGER NOT NULL, until INTEGER, sequence INTEGER NOT NULL,
  heard_at INTEGER NOT NULL, said_at INTEGER NOT NULL, reason TEXT,
  PRIMARY KEY (address, host, jail)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fact (
  kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL CHECK (json_valid(value)),
  PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS own (
  n INTEGER PRIMARY KEY, subject TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER,
  id TEXT NOT NULL, round INTEGER NOT NULL, published_at INTEGER, reason TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS failures (
  n INTEGER PRIMARY KEY, partition INTEGER NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
  size INTEGER NOT NULL, until INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS own_in_turn ON own (kind = 'ban', n) WHERE published_at IS NULL;
`;

export interface FleetStateOptions {
  /** Made when it is missing. */
  readonly directory: string;
  /** Told of a file that was set aside. */
  readonly report: (error: F2bError) => void;
}

/** Throws STORE_BUSY when another f2b-fleetd has it, and the other STORE_ errors. */
export async function openFleetState({ directory, report }: FleetStateOptions): Promise<FleetStore> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const lock = await lockDirectory(directory);
  const path = join(directory, FILE);
  const opened = await openSound(path).catch(async (error: unknown) => {
    if (!isDamage(error)) throw error;
    setAside(path);
    report(asF2bError(error));
    return openSound(path);
  });
  return new FleetState(opened.database, opened.loaded, () => lock.release());
}

/** The file may be looked at by whoever wants to know what happened to it. */
function setAside(path: string): void {
  for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
  renameSync(path, `${path}.damaged`);
}

async function openSound(path: string): Promise<{ readonly database: Database; readonly loaded: FleetLoaded }> {
  const database = await openDatabase(path, 'create');
  try {
    await database.exec(schema);
    await addColumns(database);
    return { database, loaded: await load(database) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Older versions did not store when a claim was heard of: it has stood for long. Nor did they know counting together. */
const ADDED = [
  { table: 'claim', name: 'heard_at', as: 'INTEGER NOT NULL DEFAULT 0' },
  { table: 'claim', name: 'said_at', as: 'INTEGER NOT NULL DEFAULT 0' },
  { table: 'claim', name: 'reason', as: 'TEXT' },
  { table: 'own', name: 'reason', as: 'TEXT' },
];

async function addColumns(database: Database): Promise<void> {
  for (const { table, name, as } of ADDED) {
    const columns = await database.rows(`SELECT name FROM pragma_table_info('${table}')`);
    if (!columns.some((column) => column['name'] === name))
      await database.exec(`ALTER TABLE ${table} ADD COLUMN ${name} ${as}`);
  }
}

async function load(database: Database): Promise<FleetLoaded> {
  const facts = await database.rows('SELECT kind, key, value FROM fact');
  const memory = memoryOf(await claimsIn(database), facts);
  return { memory, place: placeOf(facts), position: positionOf(facts) };
}

/** Packed: as objects all of them together take as much again as the rest of f2b-fleetd. */
async function claimsIn(database: Database): Promise<Claims> {
  const claims = new Claims(randomInt(2 ** 32));
  for await (const page of readTable(database, claimTable)) {
    for (const claim of page) claims.put(claim);
    if (page.unreadable > 0) throw new F2bError('STORE_DAMAGED', 'the table claim');
  }
  return claims;
}

function one(facts: readonly Row[], kind: string): readonly unknown[] | undefined {
  const value = facts.find((row) => row['kind'] === kind)?.['value'];
  const found: unknown = typeof value === 'string' ? JSON.parse(value) : undefined;
  return Array.isArray(found) ? found : undefined;
}

function placeOf(facts: readonly Row[]): Place | undefined {
  const [stream, sequence] = one(facts, 'place') ?? [];
  return typeof stream === 'string' && typeof sequence === 'number' ? { stream, sequence } : undefined;
}

function positionOf(facts: readonly Row[]): Position | undefined {
  const [cursor, receivedAt] = one(facts, 'position') ?? [];
  return typeof cursor === 'string' && typeof receivedAt === 'number' ? { cursor, receivedAt } : undefined;
}

class FleetState implements FleetStore {
  readonly #database: Database;
  /** Until it is asked for: whoever does keeps it. */
  #loaded: FleetLoaded | undefined;
  readonly #release: () => Promise<void>;
  readonly #inTurn = createSerialQueue();
  #failure: F2bError | undefined;

  constructor(database: Database, loaded: FleetLoaded, release: () => Promise<void>) {
    this.#database = database;
    this.#loaded = loaded;
    this.#release = release;
  }

  load(): Promise<FleetLoaded> {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    return this.#inTurn(async () => loaded ?? load(this.#database));
  }

  decided(changes: readonly Change[], { stream, sequence }: Place): Promise<void> {
    return this.#transaction(async () => {
      for (const change of changes) await this.#change(change);
      await this.#claims(lastClaims(changes));
      for (const fact of lastOfEach(changes)) await this.#fact(fact);
      await this.#fact({ kind: 'place', key: '', value: [stream, sequence] });
    });
  }

  told(
    messages: readonly OwnMessage[],
    { cursor, receivedAt }: Position,
    failures: readonly OwnFailures[] = [],
  ): Promise<void> {
    return this.#transaction(async () => {
      await this.#own(messages);
      for (const { partition, id, body, size, until } of failures)
        await this.#database.run(
          'INSERT INTO failures (partition, id, body, size, until) VALUES (?, ?, ?, ?, ?)',
          ...[partition, id, body, size, until],
        );
      await this.#fact({ kind: 'position', key: '', value: [cursor, receivedAt] });
    });
  }

  counted(messages: readonly OwnMessage[]): Promise<void> {
    return this.#transaction(() => this.#own(messages));
  }

  waitingFailures(limit: number): Promise<readonly WaitingFailures[]> {
    return this.#inTurn(async () => {
      const rows = await this.#database.rows('SELECT * FROM failures ORDER BY n LIMIT ?', limit);
      return rows.map(failuresOf);
    });
  }

  countWaitingFailures(): Promise<number> {
    return this.#inTurn(async () => {
      const [row] = await this.#database.rows('SELECT count(*) AS count FROM failures');
      return Number(row?.['count'] ?? 0);
    });
  }

  failuresPublished(failures: readonly WaitingFailures[]): Promise<void> {
    return this.#transaction(async () => {
      for (const { n } of failures) await this.#database.run('DELETE FROM failures WHERE n = ?', n);
    });
  }

  waiting(limit: number): Promise<readonly WaitingMessage[]> {
    return this.#inTurn(async () => {
      const rows = await this.#database.rows(
        "SELECT * FROM own WHERE published_at IS NULL ORDER BY kind = 'ban', n LIMIT ?",
        limit,
      );
      return rows.map(messageOf);
    });
  }

  countWaiting(): Promise<number> {
    return this.#inTurn(async () => {
      const [row] = await this.#database.rows('SELECT count(*) AS count FROM own WHERE published_at IS NULL');
      return Number(row?.['count'] ?? 0);
    });
  }

  published(messages: readonly WaitingMessage[], at: number): Promise<void> {
    return this.#transaction(async () => {
      for (const { subject, id, round } of messages)
        await this.#database.run(
          'UPDATE own SET published_at = ? WHERE subject = ? AND id = ? AND round = ?',
          ...[at, subject, id, round],
        );
    });
  }

  publishAgain(before?: number): Promise<void> {
    return this.#inTurn(() =>
      this.#database.run(
        'UPDATE own SET published_at = NULL, round = round + 1 WHERE published_at < ?',
        before ?? Number.MAX_SAFE_INTEGER,
      ),
    );
  }

  takeBack(): Promise<void> {
    return this.#inTurn(() =>
      this.#database.run("UPDATE own SET kind = 'unban', published_at = NULL, round = round + 1 WHERE kind = 'ban'"),
    );
  }

  forget(at: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#database.run('DELETE FROM own WHERE until <= ?', at);
      await this.#database.run('DELETE FROM failures WHERE until <= ?', at);
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.#database.close());
    await this.#release();
  }

  async #own(messages: readonly OwnMessage[]): Promise<void> {
    for (const { subject, kind, since, until, id, reason } of messages)
      await this.#database.run(
        'INSERT OR REPLACE INTO own (subject, kind, since, until, id, round, reason) VALUES (?, ?, ?, ?, ?, 0, ?)',
        ...[subject, kind, since, jsonEnd(until), id, reason ?? null],
      );
  }

  /** What comes after something that was not stored rests on it. */
  #transaction(work: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#failure !== undefined) throw this.#failure;
      await transaction(this.#database, work).catch((error: unknown) => {
        this.#failure = asF2bError(error);
        throw this.#failure;
      });
    });
  }

  async #change(change: Change): Promise<void> {
    switch (change.kind) {
      case 'withdrawn-here':
        return this.#database.run('DELETE FROM own WHERE since <= ?', change.before);
      case 'overwritten':
        return this.#database.run(
          'UPDATE own SET published_at = NULL, round = round + 1 WHERE subject = ? AND published_at IS NOT NULL',
          change.subject,
        );
      case 'claims-anew':
        return this.#database.run('UPDATE claim SET sequence = 0');
      default:
        return undefined;
    }
  }

  /** Claims come by the thousand: all of them in two statements. */
  async #claims({ kept, dropped }: LastClaims): Promise<void> {
    await putRows(this.#database, claimTable, kept);
    const keys = dropped.map(({ address, host, jail }) => [address.text, host, jail]);
    await deleteRows(this.#database, claimTable, keys);
  }

  #fact({ kind, key, value }: Fact): Promise<void> {
    if (value === undefined) return this.#database.run('DELETE FROM fact WHERE kind = ? AND key = ?', kind, key);
    return this.#database.run('INSERT OR REPLACE INTO fact VALUES (?, ?, ?)', kind, key, JSON.stringify(value));
  }
}

/** Of changes of one thing the last: a host that floods the stream changes what is remembered of it all the time. */
function lastOfEach(changes: readonly Change[]): Iterable<Fact> {
  const facts = new Map<string, Fact>();
  for (const change of changes) {
    const fact = factOf(change);
    if (fact !== undefined) facts.set(`${fact.kind} ${fact.key}`, fact);
  }
  return facts.values();
}

interface LastClaims {
  readonly kept: readonly Claim[];
  readonly dropped: readonly Claim[];
}

/** What became of each claim in the end. */
function lastClaims(changes: readonly Change[]): LastClaims {
  const last = new Map<string, Change & { kind: 'claim' | 'drop-claim' }>();
  for (const change of changes) {
    if (change.kind !== 'claim' && change.kind !== 'drop-claim') continue;
    const { host, jail, address } = change.claim;
    last.set(`${host} ${jail} ${address.text}`, change);
  }
  const of = (wanted: 'claim' | 'drop-claim') =>
    [...last.values()].filter(({ kind }) => kind === wanted).map(({ claim }) => claim);
  return { kept: of('claim'), dropped: of('drop-claim') };
}
