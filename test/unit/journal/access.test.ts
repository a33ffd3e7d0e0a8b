import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkAccess } from '../../../src/journal/access.js';

const NOBODY = 65534;

/** Runs `look` with the rights of an ordinary user. */
function asNobody(look: () => void): void {
  process.seteuid?.(NOBODY);
  try {
    look();
  } finally {
    process.seteuid?.(0);
  }
}

test('files that may not be read are told from a journal without files', {
  skip: process.getuid?.() === 0 ? false : 'needs root',
}, (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-access-'));
  t.after(() => rmSync(directory, { recursive: true }));
  chmodSync(directory, 0o755);
  const look = () => checkAccess(directory);
  asNobody(() => assert.doesNotThrow(look));

  const machine = join(directory, 'e'.repeat(32));
  mkdirSync(machine);
  writeFileSync(join(machine, 'system.journal'), '', { mode: 0o600 });
  asNobody(() => assert.throws(look, { code: 'JOURNAL_NO_ACCESS', exitStatus: 77, hint: /systemd-journal/ }));
  assert.doesNotThrow(look);

  writeFileSync(join(machine, 'user-65534.journal'), '', { mode: 0o644 });
  asNobody(() => assert.doesNotThrow(look));
});

test('a directory that does not exist is not a question of access', () => {
  assert.doesNotThrow(() => checkAccess('/nonexistent'));
});
