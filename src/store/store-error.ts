/** SQLite's result codes (https://sqlite.org/rescode.html) as errors that say what to do next. */
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ErrorCode, F2bError } from '../errors.js';

const codes: Readonly<Record<string, ErrorCode>> = {
  SQLITE_FULL: 'STORE_FULL',
  SQLITE_READONLY: 'STORE_READ_ONLY',
  SQLITE_PERM: 'STORE_UNREADABLE',
  SQLITE_AUTH: 'STORE_UNREADABLE',
  SQLITE_CANTOPEN: 'STORE_UNREADABLE',
  SQLITE_BUSY: 'STORE_LOCKED',
  SQLITE_LOCKED: 'STORE_LOCKED',
  SQLITE_CORRUPT: 'STORE_DAMAGED',
  SQLITE_NOTADB: 'STORE_DAMAGED',
};

function sqliteCode(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The F2bError for an error of the sqlite3 package; `path` is the file it concerns. */
export function storeError(error: Error, path: string): F2bError {
  const known = codes[sqliteCode(error)];
  const code = known ?? (hasRoom(path) ? 'STORE_FAILED' : 'STORE_FULL');
  return new F2bError(code, `${path} (${error.message})`, { cause: error });
}

/** Where there is no room for its shared memory, SQLite speaks of an I/O error. */
function hasRoom(path: string): boolean {
  try {
    return statfsSync(dirname(path)).bavail > 0;
  } catch {
    return true;
  }
}
