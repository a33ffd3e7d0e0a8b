import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Delivered } from '../../../src/journal/delivered.js';

/** An entry of this number, µs after the boot and hash. */
const entry = (seqnum: number, monotonic: number, hash: string) => ({
  cursor: `s=${'a'.repeat(32)};i=${seqnum.toString(16)};b=${'b'.repeat(32)};m=${monotonic.toString(16)};t=5;x=${hash}`,
  at: 0,
  receivedAt: 0,
  line: '',
  messageAt: 0,
  fields: {},
});

test('copies of what was delivered are told by their time and hash, whatever their numbers', () => {
  const delivered = new Delivered();
  const table: readonly (readonly [string, number, number, string, boolean])[] = [
    ['the first', 1, 0x100, 'a', true],
    ['another of the same instant', 2, 0x100, 'b', true],
    ['a later one', 3, 0x1000, 'a', true],
    ['another of its instant', 4, 0x1000, 'c', true],
    ['a copy of the first', 11, 0x100, 'a', false],
    ['a copy of the second', 12, 0x100, 'b', false],
    ['a copy of the third', 13, 0x1000, 'a', false],
    ['a copy of the fourth', 14, 0x1000, 'c', false],
    ['one of that instant that is new', 15, 0x1000, 'd', true],
    ['a new one with the hash of an old one', 16, 0x1001, 'a', true],
  ];
  for (const [what, seqnum, monotonic, hash, isFirst] of table)
    assert.equal(delivered.isFirst(entry(seqnum, monotonic, hash)), isFirst, what);
});
