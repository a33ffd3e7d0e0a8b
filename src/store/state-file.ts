/**
 * Opens the state file: brings its schema up to date, checks it, and sets a damaged one aside.
 * Invariant: a file that cannot be used is renamed, never changed and never deleted; nothing is written to one that was
 * not checked.
 */
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { nextTurn } from '../async/next-turn.js';
import { F2bError } from '../errors.js';
import { type Database, isDamage, openDatabase } from './database.js';
import { salvage } from './salvage.js';
import { migrations } from './tables/migrations.js';
import { transaction } from './tables/pages.js';

/** The file's name in the state directory. */
export const STATE_FILE = 'state.sqlite';

/**
 * WAL with a synced log at each commit: a commit survives power loss, and readers never block the writer. What a large
 * one would have on the side is in memory: /var/tmp, where it would be, is everybody's to fill.
 */
const settings = `
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA journal_size_limit = 4194304;
PRAGMA foreign_keys = ON;
PRAGMA temp_store = MEMORY;
`;

export interface StateFile {
  /**
   * Resolves when the file has been checked: to itself, or to the sound one in its place. Rejects when neither can be
   * used.
   */
  readonly sound: Promise<SoundFile>;
  /** Nobody needs to know any more: where it is still looked at, `sound` rejects soon. */
  abandonCheck(): void;
  /** Does that too. */
  close(): Promise<void>;
}

interface SoundFile {
  readonly database: Database;
  /** Whether what was read of the file before this was of the damaged one. */
  readonly isReplaced: boolean;
}

/**
 * Opens or creates the file at `path`; that it is sound takes a while to find out, in which it may be read already.
 * A damaged one is renamed to `….damaged-N`, what can be read of it is carried over into a new one, and `report` is
 * told (STORE_DAMAGED). Throws STORE_NEWER and the other STORE_ errors.
 */
export async function openStateFile(path: string, report: (error: F2bError) => void): Promise<StateFile> {
  const replace = async (error: unknown): Promise<SoundFile> => {
    if (!isDamage(error)) throw error;
    return { database: await replaceDamaged(path, error, report), isReplaced: true };
  };
  // It was whole when a crash came between two renamings.
  if (!existsSync(path) && existsSync(placeOfNew(path))) await rename(placeOfNew(path), path);
  const opened = await openUnchecked(path).catch(replace);
  const checking = 'isReplaced' in opened ? undefined : breakable(opened, () => check(opened, path));
  const sound = 'isReplaced' in opened ? Promise.resolve(opened) : closedUnless(opened, checking?.done).catch(replace);
  // Who awaits it learns of a failure; until somebody does, it is no unhandled one.
  sound.catch(() => undefined);
  return {
    sound,
    abandonCheck: () => void checking?.breakOff(),
    close: async () => {
      await checking?.breakOff();
      const file = await sound.catch(() => undefined);
      await file?.database.close();
    },
  };
}

/** Work of the database that can be broken off, wherever it has come to: then it fails. */
function breakable(database: Database, work: () => Promise<void>) {
  let isOver = false;
  const done = work().finally(() => {
    isOver = true;
  });
  return {
    done,
    async breakOff(): Promise<void> {
      // A statement that has not begun yet is not broken off.
      while (!isOver) {
        database.interrupt();
        await nextTurn();
      }
    },
  };
}

/** The file, once the check of it is done; it is closed before a failure is thrown. */
async function closedUnless(database: Database, checked: Promise<void> | undefined): Promise<SoundFile> {
  try {
    await checked;
    return { database, isReplaced: false };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Where a file is put together that is to take the place of a damaged one. */
function placeOfNew(path: string): string {
  return `${path}.new`;
}

/** Nothing is changed until all that can be carried over is stored: there may be no room for it yet. */
async function replaceDamaged(path: string, cause: unknown, report: (error: F2bError) => void): Promise<Database> {
  const made = placeOfNew(path);
  await remove(made);
  const carried = await carryOver(path, made).catch(async (error: unknown) => {
    await remove(made);
    throw error;
  });
  const aside = await setAside(path, 'damaged');
  await rename(made, path);
  report(new F2bError('STORE_DAMAGED', `${path} was set aside as ${aside}; carried over: ${carried}`, { cause }));
  return openUnchecked(path);
}

async function carryOver(from: string, to: string): Promise<string> {
  const database = await openUnchecked(to);
  try {
    const carried = await salvage(from, database);
    // All of it is in one file then, which can be renamed.
    await database.exec('PRAGMA journal_mode = DELETE');
    return carried;
  } finally {
    await database.close();
  }
}

async function remove(path: string): Promise<void> {
  for (const suffix of ['-shm', '-wal', '']) await rm(path + suffix, { force: true });
}

/**
 * Opens the file at `path` for reading only; all reads see the state of this moment, whatever is committed meanwhile.
 * Throws STORE_UNREADABLE when there is none, STORE_NEWER unless `anyVersion`, and the other STORE_ errors.
 */
export async function openForReading(path: string, anyVersion = false): Promise<Database> {
  const database = await openDatabase(path, 'read');
  try {
    if (!anyVersion) await refuseNewer(database, path);
    await database.exec('BEGIN');
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function openUnchecked(path: string): Promise<Database> {
  const database = await openDatabase(path, 'create');
  try {
    const version = await refuseNewer(database, path);
    await database.exec(settings);
    await migrate(database, path, version);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Looks at every page. Throws STORE_DAMAGED. */
async function check(database: Database, path: string): Promise<void> {
  const [answer] = await database.rows('PRAGMA quick_check(1)');
  const verdict = String(answer?.['quick_check']);
  if (verdict !== 'ok') throw new F2bError('STORE_DAMAGED', `${path} (${verdict})`);
}

async function migrate(database: Database, path: string, version: number): Promise<void> {
  if (version === migrations.length) return;
  await check(database, path);
  await transaction(database, async () => {
    for (const step of migrations.slice(version)) await database.exec(step);
    await database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

/** The number of migrations that the file has seen. Throws STORE_NEWER when it is more than there are. */
async function refuseNewer(database: Database, path: string): Promise<number> {
  const [answer] = await database.rows('PRAGMA user_version');
  const version = Number(answer?.['user_version']);
  if (version <= migrations.length) return version;
  throw new F2bError('STORE_NEWER', `${path} has schema ${version}, this f2b knows ${migrations.length}`);
}

/**
 * Renames the file to `….REASON-N`, and its log, so that SQLite still finds the one with the other. Returns the new path.
 */
export async function setAside(path: string, reason: 'damaged' | 'replaced'): Promise<string> {
  let number = 1;
  while (existsSync(`${path}.${reason}-${number}`)) number += 1;
  const aside = `${path}.${reason}-${number}`;
  for (const suffix of ['-shm', '-wal', '']) {
    if (existsSync(path + suffix)) await rename(path + suffix, aside + suffix);
  }
  return aside;
}
