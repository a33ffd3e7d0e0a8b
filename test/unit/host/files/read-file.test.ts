/** Odd files in the place of a filter keep nobody waiting, and fill no memory. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { textOf } from '../../../../src/host/files/configuration-files.js';
import { listFile } from '../../../../src/host/files/list-file.js';
import { readFileIfThere, readRegularFileIfThere } from '../../../../src/host/files/read-file.js';

const folder = mkdtempSync(join(tmpdir(), 'f2b-files-'));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);

test('a file that is there is read', () => {
  writeFileSync(at('a'), 'a\u00e9');
  assert.equal(readRegularFileIfThere(at('a')), 'a\u00e9');
});

test('what is not there, and a folder, are no file', () => {
  mkdirSync(at('folder'));
  for (const name of ['folder', 'none', 'a/none']) assert.equal(readRegularFileIfThere(at(name)), undefined, name);
});

test('a FIFO that nobody writes to is told of at once', () => {
  execFileSync('mkfifo', [at('fifo')]);
  assert.throws(() => readRegularFileIfThere(at('fifo')), /fifo \(not a regular file\)/);
});

/** A regular file by its mode, of which more may always come. Root alone may open it. */
const KERNEL_LOG = '/proc/kmsg';
const canOpen = process.getuid?.() === 0 && existsSync(KERNEL_LOG);

test('what is a regular file and has nothing yet keeps nobody waiting', { skip: !canOpen }, () => {
  assert.throws(() => readRegularFileIfThere(KERNEL_LOG), { code: 'FILE_UNREADABLE' });
});

test('a list of addresses that becomes a FIFO before it is read keeps nobody waiting', () => {
  writeFileSync(at('list'), '192.0.2.1\n');
  const list = listFile(at('list'));
  assert.equal(list?.read(), '192.0.2.1\n');
  rmSync(at('list'));
  execFileSync('mkfifo', [at('list')]);
  assert.equal(list.read(), undefined);
  assert.equal(listFile(at('list')), undefined);
});

test('what is no regular file is no configuration', () => {
  writeFileSync(at('text'), '[Jail]');
  assert.equal(textOf(at('text')), '[Jail]');
  assert.equal(textOf('/dev/null'), undefined);
});

test('a device without an end is not read', () => {
  symlinkSync('/dev/zero', at('zero'));
  assert.throws(() => readRegularFileIfThere(at('zero')), /zero \(not a regular file\)/);
});

test('a socket is told of', async () => {
  const server = createServer().listen(at('socket'));
  await new Promise((resolve) => server.once('listening', resolve));
  assert.throws(() => readRegularFileIfThere(at('socket')), /socket \(ENXIO\)/);
  server.close();
});

test('a file that is too long is not read', () => {
  writeFileSync(at('long'), '');
  truncateSync(at('long'), 1 << 30);
  assert.throws(() => readRegularFileIfThere(at('long')), /long \(longer than 16 MB\)/);
});

test('what a person names is read from a pipe too, and no further than a filter can be long', () => {
  const readPipe = (writes: string) => {
    const program = `import { readFileIfThere } from '${import.meta.resolve('../../../../src/host/files/read-file.js')}';
      process.stdout.write(String(readFileIfThere('/dev/stdin')?.length));`;
    const [shell, node] = [`${writes} | "$0" --input-type=module -e "$1"`, process.execPath];
    return execFileSync('sh', ['-c', shell, node, program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  };
  assert.equal(readPipe('{ printf "[Definition]\n"; printf "failregex = <HOST>\n"; }'), '32');
  assert.equal(readFileIfThere(at('none')), undefined);
  assert.throws(() => readFileIfThere('/dev/zero'), /zero \(longer than 16 MB\)/);
  assert.throws(() => readPipe('yes'), /stdin \(longer than 16 MB\)/);
});
