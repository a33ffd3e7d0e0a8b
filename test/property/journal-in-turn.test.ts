/** Files that journald appends to in turn, as a model plays them: what comes out is all of it, once and in order. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { journalDirectory } from '../support/journal-files.js';
import { repository } from '../support/repository.js';

const RUNS = 2_000;

function run(command: string, ...args: readonly string[]) {
  return spawnSync(command, args, { encoding: 'utf8', env: { PATH: process.env['PATH'] }, timeout: 300_000 });
}

test('whatever journald writes while the reader looks, and wherever it begins anew, each entry comes once and in order', (t) => {
  const directory = journalDirectory();
  t.after(() => directory.remove());
  const program = join(directory.path, 'in-turn');
  const native = join(repository, 'src', 'journal', 'native');
  const sources = [
    join(repository, 'test', 'property', 'journal-in-turn.c'),
    join(native, 'next.c'),
    join(native, 'files', 'cursor.c'),
  ];
  const built = run('cc', '-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-o', program, ...sources, '-lsystemd');
  assert.equal(built.stderr, '');
  const seed = process.env['F2B_SEED'] ?? '20261122';
  const played = run(program, seed, String(RUNS));
  assert.equal(`${played.stdout}${played.stderr}`, '', 'F2B_SEED with the number of the run repeats it');
  assert.equal(played.status, 0);
});
