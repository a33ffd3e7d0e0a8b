/** The names of a state's files in its directory. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_FILE } from './state-file.js';

/** What a running agent has open, by what it is for. */
const names = { state: STATE_FILE, log: `${STATE_FILE}-wal`, index: `${STATE_FILE}-shm`, lock: 'lock' } as const;

/** Which file each of them is. */
export type Files = Readonly<Record<keyof typeof names, string>>;

const NONE = '-';

/** Others when one was removed, or another was put in its place. */
export function filesOf(directory: string): Files {
  const idOfOne = (name: string) => idOf(join(directory, name));
  const { state, log, index, lock } = names;
  return { state: idOfOne(state), log: idOfOne(log), index: idOfOne(index), lock: idOfOne(lock) };
}

/** Whether this process has all of them open: they may be others by the time they are looked at. */
export function areOpen(files: Files): boolean {
  const folder = '/proc/self/fd';
  const open = new Set(readdirSync(folder).map((descriptor) => idOf(join(folder, descriptor))));
  return Object.values(files).every((id) => id !== NONE && open.has(id));
}

/** Which file this is. */
export function idOf(path: string): string {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? NONE : `${stats.dev}:${stats.ino}`;
  } catch {
    return '?';
  }
}

/** Whether nothing is there, for sure. */
export function isAbsent(path: string): boolean {
  return idOf(path) === NONE;
}

/** Removes those of these files that SQLite would take for a part of whatever state file is there next. */
export function removeLogs(directory: string, { log, index }: Files): void {
  for (const [name, id] of [
    [names.log, log],
    [names.index, index],
  ] as const) {
    if (idOf(join(directory, name)) !== id) continue;
    try {
      rmSync(join(directory, name), { force: true });
    } catch {
      // Where nothing can be removed, nothing can be put in the place of the state either.
    }
  }
}
