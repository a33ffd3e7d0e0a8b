/**
 * Tells a journal that is empty from one that this user may not read: libsystemd passes over unreadable files in
 * silence.
 */
import { closeSync, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
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

/** Throws JOURNAL_NO_ACCESS when there are journal files and not one of them may be read. */
export function checkAccess(directory?: string): void {
  const roots = directory === undefined ? SYSTEM_DIRECTORIES : [directory];
  const folders = roots.flatMap((root) => [root, ...names(root).map((name) => join(root, name))]);
  const files = folders.flatMap((folder) =>
    names(folder)
      .filter((name) => name.endsWith('.journal'))
      .map((name) => join(folder, name)),
  );
  if (files.length > 0 && !files.some(isReadable)) throw new F2bError('JOURNAL_NO_ACCESS', files[0]);
}
