import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cursor, isSeen, parseCursor } from '../../../src/journal/cursor.js';

const text =
  's=9851d302c52c4a7cb711234963bddadb;i=1156a;b=b0f5a1c2d3e44f5a8b6c7d8e9f0a1b2c;m=4c757b;t=60a24181e6a3b;x=39a1eec900275db0';

test('a cursor is taken apart', () => {
  assert.deepEqual(parseCursor(text), {
    seqnumId: '9851d302c52c4a7cb711234963bddadb',
    seqnum: 0x1156an,
    bootId: 'b0f5a1c2d3e44f5a8b6c7d8e9f0a1b2c',
    monotonic: 0x4c757bn,
    realtime: 1_700_000_000_010_811n,
    hash: '39a1eec900275db0',
  });
});

test('anything else is no cursor', () => {
  for (const wrong of ['', 'x', `${text} `, `${text};y=1`, text.replace('i=', 'j='), text.replace('4c757b', '-1')]) {
    assert.equal(parseCursor(wrong), undefined, wrong);
  }
});

const saved: Cursor = { seqnumId: 'a', seqnum: 10n, bootId: 'b', monotonic: 500n, realtime: 9000n, hash: 'x' };

test('what was seen is decided by sequence number, else by the time since boot, else by the clock', () => {
  const table: readonly (readonly [string, Partial<Cursor>, boolean])[] = [
    ['the saved entry itself', {}, true],
    ['an earlier one of the series', { seqnum: 9n, monotonic: 999n, realtime: 99999n }, true],
    ['a later one, though the clock was set back', { seqnum: 11n, realtime: 10n }, false],
    ['a later one of the next boot', { seqnum: 11n, bootId: 'c', monotonic: 1n, realtime: 10n }, false],
    ['another series, earlier in the boot', { seqnumId: 'z', seqnum: 99n, monotonic: 499n, realtime: 99999n }, true],
    ['another series, later in the boot', { seqnumId: 'z', seqnum: 1n, monotonic: 501n, realtime: 10n }, false],
    ['another series, the same instant', { seqnumId: 'z', seqnum: 1n, hash: 'y' }, false],
    ['the same entry copied to another series', { seqnumId: 'z', seqnum: 1n }, true],
    ['nothing in common, earlier', { seqnumId: 'z', bootId: 'c', monotonic: 1n, realtime: 8999n }, true],
    ['nothing in common, later', { seqnumId: 'z', bootId: 'c', monotonic: 1n, realtime: 9001n }, false],
  ];
  for (const [what, changed, seen] of table) assert.equal(isSeen({ ...saved, ...changed }, saved), seen, what);
});
