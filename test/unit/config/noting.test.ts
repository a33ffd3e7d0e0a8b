/** Who reads a part of the configuration learns which of its files could not be read. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createDisk } from '../../../src/config/files/disk.js';
import { noting } from '../../../src/config/files/noting.js';
import { loadConfig } from '../../../src/config/load.js';
import type { Problem } from '../../../src/core/problem.js';

test('a jail that cannot be read is noted, and what is wrong with another one is not', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-noting-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'units'));
  symlinkSync('loop.service.conf', join(folder, 'units/loop.service.conf'));
  writeFileSync(join(folder, 'units/wrong.service.conf'), '[Jail]\nFilterr=sshd\n');
  const unread: Problem[] = [];
  const places = { configDirectory: folder, shippedDirectory: join(folder, 'shipped') };
  const { problems } = loadConfig({ ...places, disk: noting(createDisk(), unread) });
  assert.deepEqual(
    unread.map(({ file, message }) => [file, message]),
    [[join(folder, 'units/loop.service.conf'), 'cannot be read (ELOOP)']],
  );
  assert.ok(problems.length > unread.length);
});
