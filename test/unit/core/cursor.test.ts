import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cursor, isSeen, parseCursor, stampOf } from '../../../src/core/cursor.js';

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

test('what a copy of an entry keeps is the time since the boot and the hash', () => {
  assert.deepEqual(stampOf(text), { monotonic: 0x4c757b, hash: '39a1eec900275db0' });
  for (const wrong of ['', 'x', `${text} `, `${text};y=1`]) assert.equal(stampOf(wrong), undefined, wrong);
});

test('anything else is no cursor', () => {
  for (const wrong of ['', 'x', `${text} `, `${text};y=1`, text.replace('i=', 'j='), text.replace('4c757b', '-1')]) {
    assert.equal(parseCursor(wrong), undefined, wrong);
  }
});

const saved: Cursor = { seqnumId: 'a', seqnum: 10n, bootId: 'b', monotonic: 500n, realtime: 9000n, hash: 'x' };

test('what was seen is decided by the time since boot, else by sequence number, else by the clock', () => {
  const [series, boot] = [{ seqnumId: 'z' }, { bootId: 'c' }];
  const table: readonly (readonly [string, Partial<Cursor>, boolean])[] = [
    ['the saved entry itself', {}, true],
    ['an earlier one of the boot', { seqnum: 9n, monotonic: 499n, realtime: 99999n }, true],
    ['a later one, though the clock was set back', { seqnum: 11n, monotonic: 501n, realtime: 10n }, false],
    ['an earlier one, copied: with a later number', { seqnum: 99n, monotonic: 499n }, true],
    ['the saved entry, copied', { seqnum: 99n }, true],
    ['the same instant, an earlier number', { seqnum: 9n, hash: 'y' }, true],
    ['the same instant, a later number', { seqnum: 11n, hash: 'y' }, false],
    ['another series, earlier in the boot', { ...series, seqnum: 99n, monotonic: 499n, realtime: 99999n }, true],
    ['another series, later in the boot', { ...series, seqnum: 1n, monotonic: 501n, realtime: 10n }, false],
    ['another series, the same instant', { ...series, seqnum: 1n, hash: 'y' }, false],
    ['the same entry copied to another series', { ...series, seqnum: 1n }, true],
    ['of another boot, an earlier number', { ...boot, seqnum: 9n, monotonic: 1n, realtime: 99999n }, true],
    ['of another boot, a later number', { ...boot, seqnum: 11n, monotonic: 1n, realtime: 10n }, false],
    ['nothing in common, earlier', { ...series, ...boot, monotonic: 1n, realtime: 8999n }, true],
    ['nothing in common, later', { ...series, ...boot, monotonic: 1n, realtime: 9001n }, false],
  ];
  for (const [what, changed, seen] of table) assert.equal(isSeen({ ...saved, ...changed }, saved), seen, what);
});

test('with nothing in common, whatever the clock was, the present boot came last', () => {
  const other: Cursor = { ...saved, seqnumId: 'z', bootId: 'c' };
  for (const realtime of [1n, 99999n]) {
    assert.equal(isSeen({ ...other, realtime }, saved, 'c'), false);
    assert.equal(isSeen({ ...other, realtime }, saved, 'b'), true);
  }
});
