/** The file of an outbox: its schema, and what becomes of a damaged one. A damaged file is renamed and never deleted. */
import { F2bError } from '../errors.js';
import { type Database, isDamage, openDatabase } from '../store/database.js';
import { setAside } from '../store/state-file.js';
import { transaction } from '../store/tables/pages.js';

/**
 * How much of a commit there is after power loss. `full`: all of it. `ordered`: what was committed before anything that
 * is there; it waits for no disk.
 */
export type Durability = 'full' | 'ordered';

const settings = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA journal_size_limit = 4194304;
PRAGMA temp_store = MEMORY;
`;

/** Durable as told from the next transaction on. */
export function setDurability(database: Database, durability: Durability): Promise<void> {
  return database.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
}

/** Instants are µs since the epoch. */
const schema = `
CREATE TABLE position (
  id          INTEGER PRIMARY KEY CHECK (id = 1),
  cursor      TEXT    NOT NULL,
  received_at INTEGER NOT NULL
) STRICT;

CREATE TABLE delivery (
  seq      INTEGER PRIMARY KEY AUTOINCREMENT,
  queue    TEXT    NOT NULL,
  id       TEXT    NOT NULL,
  at       INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  body     TEXT    NOT NULL,
  UNIQUE (queue, id)
) STRICT;
CREATE INDEX delivery_order ON delivery (queue, seq);

CREATE TABLE queue (
  name         TEXT    PRIMARY KEY,
  delivered    INTEGER NOT NULL DEFAULT 0,
  given_up     INTEGER NOT NULL DEFAULT 0,
  dropped      INTEGER NOT NULL DEFAULT 0,
  last_success INTEGER,
  last_failure INTEGER,
  last_error   TEXT
) STRICT, WITHOUT ROWID;
`;

/**
 * What is delivered goes, and is counted, by one statement: each goes to SQLite's thread and back, and of nothing is there
 * more in a storm. Of this connection, and not in the file.
 */
const deliveries = `
CREATE TEMP VIEW success AS SELECT NULL AS queue, NULL AS ids, NULL AS count, NULL AS at;
CREATE TEMP TRIGGER succeed INSTEAD OF INSERT ON success BEGIN
  DELETE FROM delivery WHERE queue = NEW.queue AND id IN (SELECT value FROM json_each(NEW.ids));
  INSERT INTO queue (name, delivered, last_success) VALUES (NEW.queue, NEW.count, NEW.at) ON CONFLICT DO UPDATE
    SET delivered = delivered + excluded.delivered, last_success = excluded.last_success, last_error = NULL;
END;
`;

/** Step n takes a file from `user_version` n to n + 1; a step that was released is never changed. */
const migrations: readonly string[] = [schema];

/** Throws STORE_NEWER and the other STORE_ errors. */
export async function openOutboxFile(path: string, report: (error: F2bError) => void): Promise<Database> {
  try {
    return await openSound(path);
  } catch (cause) {
    if (!isDamage(cause)) throw cause;
    const aside = await setAside(path, 'damaged');
    report(
      new F2bError('STORE_DAMAGED', `${path} was set aside as ${aside}; what waited in it is not delivered`, { cause }),
    );
    return openSound(path);
  }
}

async function openSound(path: string): Promise<Database> {
  const database = await openDatabase(path, 'create');
  try {
    await database.exec(settings);
    const [check] = await database.rows('PRAGMA quick_check(1)');
    const verdict = String(check?.['quick_check']);
    if (verdict !== 'ok') throw new F2bError('STORE_DAMAGED', `${path} (${verdict})`);
    await migrate(database, path);
    await database.exec(deliveries);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function migrate(database: Database, path: string): Promise<void> {
  const [answer] = await database.rows('PRAGMA user_version');
  const version = Number(answer?.['user_version']);
  if (version > migrations.length) {
    throw new F2bError('STORE_NEWER', `${path} has schema ${version}, this f2b knows ${migrations.length}`);
  }
  if (version === migrations.length) return;
  await transaction(database, async () => {
    for (const step of migrations.slice(version)) await database.exec(step);
    await database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}
