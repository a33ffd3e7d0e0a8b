import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenFile } from '../../../src/ports/log-files.js';
import { LineReader } from '../../../src/tail/line-reader.js';

function fileOf(content: () => Buffer): OpenFile {
  return {
    state: () => ({ inode: '1', size: content().length, modifiedAt: 0, bornAt: 0, isLinked: true }),
    read: (at, length) => content().subarray(at, at + length),
    nextData: (from) => from,
    close: () => undefined,
  };
}

function linesOf(content: Buffer | string, lineMax = 1000, from = 0) {
  const reader = new LineReader(
    fileOf(() => Buffer.from(content)),
    lineMax,
    from,
  );
  const lines = [];
  for (let next = reader.next(); next.length > 0; next = reader.next()) lines.push(...next);
  return lines;
}

test('a line is read with the offset behind its end, and one without an end is not', () => {
  assert.deepEqual(linesOf('one\r\n\ntwo\nthr'), [
    { text: 'one', end: 5, isCut: false },
    { text: '', end: 6, isCut: false },
    { text: 'two', end: 10, isCut: false },
  ]);
});

test('a line that ends later is read whole then', () => {
  let content = 'begin';
  const reader = new LineReader(
    fileOf(() => Buffer.from(content)),
    1000,
    0,
  );
  assert.deepEqual(reader.next(), []);
  content += 'ning\n';
  assert.deepEqual(reader.next(), [{ text: 'beginning', end: 10, isCut: false }]);
});

test('of a line that is too long the beginning is kept, and the next one is read', () => {
  const long = 'x'.repeat(200_000);
  assert.deepEqual(linesOf(`${long}\nnext\n`, 300), [
    { text: 'x'.repeat(300), end: 200_001, isCut: true },
    { text: 'next', end: 200_006, isCut: false },
  ]);
});

test('the hole before what a program goes on to write behind the end of a truncated file is no part of a line', () => {
  const content = Buffer.concat([Buffer.alloc(150_000), Buffer.from('after\n')]);
  assert.deepEqual(linesOf(content), [{ text: 'after', end: 150_006, isCut: false }]);
});

test('bytes that stand in no entry are replaced', () => {
  assert.deepEqual(
    linesOf(Buffer.from([0x61, 0, 0xff, 0x62, 10])).map(({ text }) => text),
    ['a\uFFFD\uFFFDb'],
  );
});
