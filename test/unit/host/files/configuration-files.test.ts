/** Several people may change the same setting at once: each change is whole, and none fails because of another. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { writeConfiguration, writeOutput } from '../../../../src/host/files/configuration-files.js';

const folder = mkdtempSync(join(tmpdir(), 'f2b-written-'));
after(() => rmSync(folder, { recursive: true }));

const program = new URL('../../../../src/host/files/configuration-files.js', import.meta.url);

test('two programs that write the same file again and again both succeed, and it is whole', async () => {
  const path = join(folder, '50-MaxRetry.conf');
  const writing = (text: string) => `
    import { writeConfiguration } from ${JSON.stringify(program)};
    for (let n = 0; n < 2_000; n += 1) writeConfiguration(${JSON.stringify(path)}, ${JSON.stringify(text)});`;
  const texts = ['[Ban]\nMaxRetry=3\n', '[Ban]\nMaxRetry=4\n'];
  await Promise.all(texts.map((text) => promisify(execFile)('node', ['--input-type=module', '--eval', writing(text)])));
  assert.ok(texts.includes(readFileSync(path, 'utf8')));
  assert.deepEqual(readdirSync(folder), ['50-MaxRetry.conf']);
});

test('what cannot be written leaves nothing behind', () => {
  mkdirSync(join(folder, 'taken/inside'), { recursive: true });
  assert.throws(() => writeConfiguration(join(folder, 'taken'), 'x'), { code: 'CONFIG_UNWRITABLE' });
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('taken')),
    ['taken'],
  );
});

test('a device is not replaced by a file, not even through a link', () => {
  const link = join(folder, 'output');
  symlinkSync('/dev/null', link);
  assert.throws(() => writeConfiguration(link, 'x'), { code: 'CONFIG_UNWRITABLE' });
  assert.equal(readlinkSync(link), '/dev/null');
});

/** Puts a link to `victim` in the place of whatever is being written in a folder of its own. */
const SWAP = `
  const { lstatSync, readdirSync, rmSync, symlinkSync } = require('node:fs');
  const { workerData: { folder, victim }, parentPort } = require('node:worker_threads');
  parentPort.postMessage('watching');
  for (;;) {
    const [made] = readdirSync(folder).filter((name) => name.includes('.f2bctl-'));
    if (made === undefined) continue;
    try {
      if (!lstatSync(folder + '/' + made).isFile()) continue;
      rmSync(folder + '/' + made);
      symlinkSync(victim, folder + '/' + made);
    } catch {}
  }`;

test('whoever owns the folder changes the rights of no other file by it', async (t) => {
  const victim = join(folder, 'secret');
  writeFileSync(victim, 'secret', { mode: 0o600 });
  const theirs = join(folder, 'theirs');
  mkdirSync(theirs);
  const worker = new Worker(SWAP, { eval: true, workerData: { folder: theirs, victim } });
  t.after(() => worker.terminate());
  await once(worker, 'message');
  const path = join(theirs, 'report.html');
  const text = 'x'.repeat(5_000_000);
  // Until the link was there in time, most often before all was written.
  for (let swapped = 0; swapped < 20; ) {
    try {
      writeConfiguration(path, text);
      swapped += Number(lstatSync(path).isSymbolicLink());
    } catch {
      // Between what was removed and the link there was nothing.
    }
  }
  assert.equal(statSync(victim).mode & 0o777, 0o600);
});

test('what cannot be written to is told with what to do about that', () => {
  for (const [path, hint] of [
    ['/dev/full', /no device or folder/],
    [folder, /no device or folder/],
    [join(folder, 'mistyped', 'page.html'), /in a folder that is there/],
    ['/dev/null/page.html', /in a folder that is there/],
  ] as const)
    assert.throws(() => writeOutput(path, 'x'), { code: 'OUTPUT_FAILED', hint });
});

test('no folder is made for a file that a person named', () => {
  const missing = join(folder, 'mistyped');
  assert.throws(() => writeOutput(join(missing, 'page.html'), 'x'), {
    code: 'OUTPUT_FAILED',
    message: `the output cannot be written: ${missing}/page.html`,
  });
  assert.ok(!existsSync(missing));
  writeOutput(join(folder, 'page.html'), 'x');
  assert.equal(readFileSync(join(folder, 'page.html'), 'utf8'), 'x');
});
