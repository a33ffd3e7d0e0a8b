/** All shipped jails switched on, on a machine that has every user and program they name. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JailConfig } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load.js';
import { formatProblem } from '../../src/core/problem.js';
import { repository } from './repository.js';

/** An administrator's layer that switches every shipped jail on, with `more` in each of them. */
export function switchAllOn(folder: string, more = ''): void {
  for (const file of readdirSync(join(repository, 'units')).filter((name) => name.endsWith('.conf'))) {
    const dropins = join(folder, 'units', `${file}.d`);
    mkdirSync(dropins, { recursive: true });
    writeFileSync(join(dropins, 'on.conf'), `[Jail]\nEnabled=yes\n${more}`);
  }
}

/** `userId`: the numbers of users. Throws when there is anything to say about the jails but missing programs. */
export function shippedJails(userId: (name: string) => number | undefined): readonly JailConfig[] {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-shipped-'));
  try {
    switchAllOn(folder);
    const places = { configDirectory: folder, shippedDirectory: repository, passwdFile: '/nonexistent' };
    const { value, problems } = loadConfig({ ...places, findUser: userId });
    const told = problems.filter(({ message }) => !message.startsWith('Executable=:'));
    if (told.length > 0) throw new Error(told.map(formatProblem).join('\n'));
    return value.jails;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
