/**
 * Tells an empty journal from one that this user may not read, and from one that is not there: libsystemd says nothing
 * of what it cannot read.
 */
import { accessSync, constants, opendirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { F2bError, systemCode } from '../errors.js';
import { hostOfFile } from './host-of-file.js';

/** Where journald keeps persistent and volatile journals, systemd-journald.service(8). */
const SYSTEM_DIRECTORIES = ['/var/log/journal', '/run/log/journal'];

/** The names in a folder, or that they may not be had. */
export interface Folder {
  readonly path: string;
  readonly names: readonly string[];
  readonly isDenied: boolean;
}

/** More names than journals have files; a folder that another machine's root writes to may hold any number. */
const MOST_NAMES = 65_536;
/** Folders of machines that are looked into. */
const MOST_MACHINES = 256;

function namesIn(path: string): readonly string[] {
  const folder = opendirSync(path, { bufferSize: 256 });
  try {
    const names: string[] = [];
    while (names.length < MOST_NAMES) {
      const entry = folder.readSync();
      if (entry === null) break;
      names.push(entry.name);
    }
    return names;
  } finally {
    folder.closeSync();
  }
}

export function lookInto(path: string): Folder {
  try {
    return { path, names: namesIn(path), isDenied: false };
  } catch (error) {
    return { path, names: [], isDenied: isDenial(error) };
  }
}

function isDenial(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(systemCode(error) ?? '');
}

/** Asked, not tried: whoever writes another machine's journal may put a FIFO there, which opening would wait for. */
function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch (error) {
    return !isDenial(error);
  }
}

/** What services and the system wrote, and f2bd too. A user's own journal is readable for that user alone. */
function isOfSystem(path: string): boolean {
  return basename(path).startsWith('system');
}

function journalFiles({ path, names }: Folder): readonly string[] {
  return names.filter((name) => name.endsWith('.journal')).map((name) => join(path, name));
}

function rootsOf(directory: string | undefined): readonly string[] {
  return directory === undefined ? SYSTEM_DIRECTORIES : [directory];
}

/**
 * Throws JOURNAL_NO_ACCESS when there are journal files, or folders for them, and not one of them may be read; those of
 * the system if there are any.
 */
export function checkAccess(directory?: string): void {
  const folders = rootsOf(directory).flatMap((path) => {
    const root = lookInto(path);
    return [root, ...root.names.map((name) => lookInto(join(path, name)))];
  });
  const denied = folders.filter(({ isDenied }) => isDenied).map(({ path }) => path);
  const files = folders.flatMap(journalFiles);
  const needed = files.some(isOfSystem) ? files.filter(isOfSystem) : files;
  if (needed.some(isReadable)) return;
  const [first] = [...needed, ...denied];
  if (first !== undefined) throw new F2bError('JOURNAL_NO_ACCESS', first);
}

/** A journal that is followed. */
export interface Place {
  readonly directory?: string;
  readonly namespace?: string;
  /** Of the directory, the files of this host alone. */
  readonly host?: string;
  /** The journals of users are read too. */
  readonly users: boolean;
}

/** A folder that was made by hand lacks the rights that systemd gives it. */
const RIGHTS =
  'give the journal its rights: systemd-tmpfiles --create --prefix /run/log/journal --prefix /var/log/journal; and see that the user f2b is in the group systemd-journal';

const REMOTE_RIGHTS =
  'let the agent read them: systemctl edit f2bd, with [Service] and SupplementaryGroups=systemd-journal-remote; then: systemctl restart f2bd';

/** Where the files of that journal are: all folders that there are, or may come to be. */
function foldersOf(place: Place): readonly string[] {
  const roots = rootsOf(place.directory);
  if (place.directory !== undefined) {
    return roots.flatMap((root) => [
      root,
      ...lookInto(root)
        .names.filter(isMachine)
        .slice(0, MOST_MACHINES)
        .map((name) => join(root, name)),
    ]);
  }
  const machine = `${machineId()}${place.namespace === undefined ? '' : `.${place.namespace}`}`;
  return roots.flatMap((root) => [root, join(root, machine)]);
}

function isMachine(name: string): boolean {
  return /^[0-9a-f]{32}$/.test(name);
}

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim();
  } catch {
    return '';
  }
}

/**
 * Why nothing can be heard of the journal, as far as its files tell: a folder or the file that is written to may not be
 * read (JOURNAL_NO_ACCESS), or there is none (JOURNAL_MISSING). Undefined when neither is so.
 */
export function missingAccess(place: Place): F2bError | undefined {
  const folders = foldersOf(place).map(lookInto);
  const all = folders.flatMap(journalFiles);
  const { host } = place;
  const files = host === undefined ? all : all.filter((file) => hostOfFile(basename(file)) === host);
  const written = files.filter((file) => isWritten(file, place));
  const denied = folders.find(({ isDenied }) => isDenied)?.path ?? written.find((file) => !isReadable(file));
  if (denied !== undefined) {
    return new F2bError('JOURNAL_NO_ACCESS', denied, hintFor(place));
  }
  return files.length > 0
    ? undefined
    : new F2bError(
        'JOURNAL_MISSING',
        `no files ${place.host === undefined ? '' : `of ${place.host} `}in ${rootsOf(place.directory).join(' or ')}`,
      );
}

function hintFor({ directory, host }: Place): { readonly hint?: string } {
  if (host !== undefined) return { hint: REMOTE_RIGHTS };
  return directory === undefined ? { hint: RIGHTS } : {};
}

/** True of the files that journald writes to now: it gives the others longer names. */
function isWritten(file: string, { users, host }: Place): boolean {
  if (host !== undefined) return basename(file) === `remote-${host}.journal`;
  return file.endsWith('/system.journal') || (users && /\/user-\d+\.journal$/.test(file));
}
