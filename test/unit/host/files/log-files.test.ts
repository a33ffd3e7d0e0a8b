/** Files as whoever may write them can make them. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLogFiles } from '../../../../src/host/files/log-files.js';
import { openLibrary } from '../../../../src/journal/native.js';
import { LineReader } from '../../../../src/tail/line-reader.js';
import { libraryPath } from '../../../support/journal-files.js';

const folder = mkdtempSync(join(tmpdir(), 'f2b-log-files-'));
after(() => rmSync(folder, { recursive: true }));

const { nextData } = openLibrary(libraryPath);
const files = createLogFiles(nextData);
const TERABYTE = 2 ** 40;

/** Where a file system does not tell of holes, they are read through. */
function whyNoHoles(): string | false {
  const path = join(folder, 'probe');
  writeFileSync(path, '');
  truncateSync(path, TERABYTE);
  const fd = openSync(path, 'r');
  try {
    return nextData(fd, 0) > 0 ? false : 'this file system tells of no holes';
  } finally {
    closeSync(fd);
  }
}

const skip = whyNoHoles();

for (const [where, start, text] of [
  ['before a line', 'first\n', 'after'],
  ['within a line', 'first\nbegin', 'begin'],
] as const) {
  test(`a hole of a terabyte ${where} is not gone through`, { skip }, () => {
    const path = join(folder, where);
    writeFileSync(path, start);
    truncateSync(path, TERABYTE);
    appendFileSync(path, 'after\n');
    const file = files.open(path);
    assert.ok(file);
    const reader = new LineReader(file, 5, 0);
    const whole = { text: 'first', end: 'first\n'.length, isCut: false };
    assert.deepEqual(reader.next(), [whole]);
    const end = TERABYTE + 'after\n'.length;
    assert.deepEqual(reader.next(), [{ text, end, isCut: where === 'within a line' }]);
    assert.deepEqual(reader.next(), []);
    file.close();
  });
}

test('a file that is nothing but a hole has no line, and what is appended to it is read', { skip }, () => {
  const path = join(folder, 'hole');
  writeFileSync(path, '');
  truncateSync(path, TERABYTE);
  const file = files.open(path);
  assert.ok(file);
  const reader = new LineReader(file, 100, 0);
  assert.deepEqual(reader.next(), []);
  appendFileSync(path, 'after\n');
  assert.deepEqual(
    reader.next().map(({ text }) => text),
    ['after'],
  );
  file.close();
});

test('a link that leads to itself is a file that cannot be read, and ends nobody', () => {
  const path = join(folder, 'loop');
  symlinkSync('loop', path);
  assert.throws(() => files.inodeOf(path), { code: 'FILE_UNREADABLE' });
  assert.throws(() => files.open(path), { code: 'FILE_UNREADABLE' });
  assert.equal(files.inodeOf(join(folder, 'none')), undefined);
});
