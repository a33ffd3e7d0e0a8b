import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { checkAccess, missingAccess } from '../../../src/journal/access.js';
import { repository } from '../../support/repository.js';

const NOBODY = 65534;

const compiled = pathToFileURL(join(repository, 'build/test/src/journal/access.js')).href;
const script = `import('${compiled}').then(({ checkAccess }) => {
  try {
    checkAccess(process.argv[1]);
    console.log('may');
  } catch ({ code, exitStatus, hint }) {
    console.log(code, exitStatus, hint);
  }
})`;

/** What comes of it without the right of root to read everybody's files. */
function lookWithoutRights(directory: string): string {
  const limits = ['--bounding-set', '--inh-caps'].map((set) => `${set}=-dac_override,-dac_read_search`);
  return execFileSync('setpriv', [...limits, process.execPath, '-e', script, directory], { encoding: 'utf8' }).trim();
}

test('files that may not be read are told from a journal without files', {
  skip: process.getuid?.() === 0 ? false : 'needs root',
}, (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-access-'));
  t.after(() => rmSync(directory, { recursive: true }));
  assert.equal(lookWithoutRights(directory), 'may');

  const machine = join(directory, 'e'.repeat(32));
  mkdirSync(machine);
  const file = (name: string, mode: number): void => {
    writeFileSync(join(machine, name), '', { mode });
    chownSync(join(machine, name), NOBODY, NOBODY);
  };
  file('system.journal', 0o600);
  assert.match(lookWithoutRights(directory), /^JOURNAL_NO_ACCESS 77 .*systemd-journal/);
  assert.doesNotThrow(() => checkAccess(directory));

  file('user-65534.journal', 0o644);
  assert.match(
    lookWithoutRights(directory),
    /^JOURNAL_NO_ACCESS 77 .*systemd-journal or adm/,
    "a user's own is not it",
  );

  file('system@1.journal', 0o644);
  assert.equal(lookWithoutRights(directory), 'may');

  chownSync(machine, NOBODY, NOBODY);
  chmodSync(machine, 0o700);
  assert.match(lookWithoutRights(directory), /^JOURNAL_NO_ACCESS/, 'a folder that may not be entered');
});

test('where there are only journals of users, one that may be read is enough', {
  skip: process.getuid?.() === 0 ? false : 'needs root',
}, (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-access-'));
  t.after(() => rmSync(directory, { recursive: true }));
  for (const [name, mode] of [
    ['user-1000.journal', 0o600],
    ['user-1001.journal', 0o644],
  ] as const) {
    writeFileSync(join(directory, name), '', { mode });
    chownSync(join(directory, name), NOBODY, NOBODY);
  }
  assert.equal(lookWithoutRights(directory), 'may');
});

test('of a journal that is followed it is told that nothing is there, until something is', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-access-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const code = () => missingAccess({ directory, users: false })?.code;
  assert.equal(code(), 'JOURNAL_MISSING');
  mkdirSync(join(directory, 'e'.repeat(32)));
  assert.equal(code(), 'JOURNAL_MISSING');
  writeFileSync(join(directory, 'e'.repeat(32), 'system.journal'), '');
  assert.equal(code(), undefined);
});

test('a FIFO in the place of a file is asked for its rights and not opened', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-access-'));
  t.after(() => rmSync(directory, { recursive: true }));
  execFileSync('mkfifo', [join(directory, 'system.journal')]);
  const look = `import('${compiled}').then(({ missingAccess }) => console.log(missingAccess(${JSON.stringify({ directory, users: false })})?.code))`;
  const seen = execFileSync(process.execPath, ['-e', look], { encoding: 'utf8', timeout: 30_000 });
  assert.equal(seen.trim(), 'undefined');
});

test('a directory that does not exist is not a question of access', () => {
  assert.doesNotThrow(() => checkAccess('/nonexistent'));
});
