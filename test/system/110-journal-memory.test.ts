import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { journalDirectory, libraryPath, missingJournalRemote, writeJournal } from '../support/journal-files.js';
import { repository } from '../support/repository.js';

function run(command: string, ...args: readonly string[]) {
  return spawnSync(command, args, { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
}

const missing =
  missingJournalRemote ??
  (run('valgrind', '--version').status === 0 ? undefined : 'needs valgrind (test/setup system)');

/** Newer versions of libsystemd load the libraries for compression when they need them, and keep them. */
const LOADED = `
{
  what stays of a library that was loaded
  Memcheck:Leak
  match-leak-kinds: reachable
  ...
  fun:_dl_open
  ...
}
`;

test('the native library reads nothing it must not and leaks no memory and no descriptor', {
  skip: missing ?? false,
}, (t) => {
  const directory = journalDirectory();
  t.after(() => directory.remove());
  const journal = join(directory.path, 'journal');
  mkdirSync(journal);
  const entries = Array.from({ length: 40 }, (_, i) => ({
    receivedAt: 1_700_000_000_000_000 + i,
    fields: {
      SYSLOG_IDENTIFIER: i % 3 === 0 ? 'other' : 'sshd',
      _HOSTNAME: 'h'.repeat(i * 10),
      MESSAGE: i % 7 === 0 ? ['\n'.repeat(i * 2000), Buffer.alloc(i * 3000, 0xff)] : 'x'.repeat(i),
      _SYSTEMD_UNIT: 'u'.repeat(i * 200),
    },
  }));
  const file = join(journal, 'test.journal');
  writeJournal(file, entries);
  const program = join(directory.path, 'memory');
  const source = join(repository, 'test', 'system', 'journal-memory.c');
  const built = run('cc', '-g', '-Wall', '-Wextra', '-Werror', '-o', program, source, libraryPath);
  assert.equal(built.stderr, '');
  const suppressions = join(directory.path, 'suppressions');
  writeFileSync(suppressions, LOADED);
  const judged = run(
    'valgrind',
    ...['-q', '--error-exitcode=9', '--leak-check=full', '--show-leak-kinds=all', `--suppressions=${suppressions}`],
    ...[program, journal, file],
  );
  assert.equal(`${judged.stdout}${judged.stderr}${judged.status}`, '0');
});
