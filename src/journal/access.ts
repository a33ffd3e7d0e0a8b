/**
 * Tells a journal that is empty from one that this user may not read: libsystemd passes over unreadable files in
 * silence.
 */
import { closeSync, openSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { F2bError } from '../errors.js';

/** Where journald keeps persistent and volatile journals, systemd-journald.service(8). */
const SYSTEM_DIRECTORIES = ['/var/log/journal', '/run/log/journal'];

function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function isReadable(path: string): boolean {
  try {
    closeSync(openSync(path, 'r'));
    return true;
  } catch {
    return false;
  }
}

/** What services and the system wrote, and f2bd too. A user's own journal is readable for that user alone. */
function isOfSystem(path: string): boolean {
  return basename(path).startsWith('system');
}

/**
 * Throws JOURNAL_NO_ACCESS when there are journal files and not one of them may be read, those of the system if there are
 * any.
 */
export function checkAccess(directory?: string): void {
  const roots = directory === undefined ? SYSTEM_DIRECTORIES : [directory];
  const folders = roots.flatMap((root) => [root, ...names(root).map((name) => join(root, name))]);
  const files = folders.flatMap((folder) =>
    names(folder)
      .filter((name) => name.endsWith('.journal'))
      .map((name) => join(folder, name)),
  );
  const needed = files.some(isOfSystem) ? files.filter(isOfSystem) : files;
  if (needed.length > 0 && !needed.some(isReadable)) throw new F2bError('JOURNAL_NO_ACCESS', needed[0]);
}
