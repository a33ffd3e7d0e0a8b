/** Several people may change the same setting at once: each change is whole, and none fails because of another. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { writeConfiguration } from '../../../../src/host/files/configuration-files.js';

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
