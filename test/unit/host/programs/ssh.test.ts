/** f2bctl -H with a host that was broken into. The program `ssh` is one of the test's own. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { askThere } from '../../../../src/host/programs/ssh.js';

test('a host that answers without end is heard so far, and ended', { timeout: 60_000 }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-ssh-'));
  const path = process.env['PATH'];
  t.after(() => {
    process.env['PATH'] = path;
    rmSync(folder, { recursive: true });
  });
  const program = join(folder, 'ssh');
  writeFileSync(program, '#!/bin/sh\nexec yes "$4 $5"\n');
  chmodSync(program, 0o755);
  process.env['PATH'] = `${folder}:${path}`;
  const { status, output } = await askThere('web1', ['status']);
  assert.notEqual(status, 0);
  assert.ok(output.startsWith("web1 f2bctl 'status'\n"));
  assert.match(output, /\nf2bctl: the answer is too long, the rest of it is left out: ask for less$/);
  assert.ok(output.length < 20_000_000);
});
