/** The editor is the first that can be run, as people's PATH holds folders that are not theirs, too. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { editText } from '../../../../src/host/programs/edit-text.js';

test('an editor that may not be run is passed over, and where there is no other that is told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-editors-'));
  const before = { ...process.env };
  t.after(() => {
    process.env = before;
    rmSync(folder, { recursive: true });
  });
  for (const name of ['SYSTEMD_EDITOR', 'EDITOR', 'VISUAL']) delete process.env[name];
  mkdirSync(join(folder, 'theirs'));
  writeFileSync(join(folder, 'theirs/editor'), '#!/bin/sh\n', { mode: 0o644 });
  process.env['PATH'] = join(folder, 'theirs');
  await assert.rejects(editText('one\n'), { code: 'EDITOR_FAILED' });
  mkdirSync(join(folder, 'ours'));
  writeFileSync(join(folder, 'ours/nano'), '#!/bin/sh\necho two >>"$1"\n', { mode: 0o755 });
  process.env['PATH'] = `${join(folder, 'theirs')}:${join(folder, 'ours')}`;
  assert.equal(await editText('one\n'), 'one\ntwo\n');
});
