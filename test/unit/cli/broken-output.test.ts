/** What both programs do when nobody takes what they print. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../../support/repository.js';

const program = (name: string): string => join(repository, 'dist', `${name}.js`);

test('output that finds no room ends with status 74, the reason and what to do', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [program('f2bctl'), '--help'], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  assert.equal(status, 74);
  assert.match(stderr, /^f2bctl: the output cannot be written: ENOSPC.*\nhint: .*\n$/);
});

test('output that nobody reads any more ends well', () => {
  const pipe = `${process.execPath} ${program('f2bctl')} --help | true; exit "\${PIPESTATUS[0]}"`;
  assert.equal(spawnSync('bash', ['-c', pipe]).status, 0);
});

test('messages that nobody reads any more change nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-output-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'units'));
  writeFileSync(join(folder, 'units/ssh.service.conf'), '[Jail]\nFilter=sshd\n[Ban]\nIgnoreIP=file:/missing\n');
  const check = [program('f2bd'), '--check', '--config-directory', folder];
  assert.match(spawnSync(process.execPath, check, { encoding: 'utf8' }).stderr, /warning/);
  const unheard = spawn(process.execPath, check, { stdio: ['ignore', 'ignore', 'pipe'] });
  unheard.stderr.destroy();
  assert.deepEqual(await once(unheard, 'close'), [0, null]);
});
