import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkAccess } from '../../../src/journal/access.js';

test('files that may not be read are told from a journal without files', {
  skip: process.getuid?.() === 0 ? false : 'needs root',
}, (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-access-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'access-child.js'), directory], {
    env: { ...process.env, UV_USE_IO_URING: '0' },
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
});

test('a directory that does not exist is not a question of access', () => {
  assert.doesNotThrow(() => checkAccess('/nonexistent'));
});
