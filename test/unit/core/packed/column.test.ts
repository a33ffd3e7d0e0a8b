import assert from 'node:assert/strict';
import { test } from 'node:test';
import { float64Column, int32Column, uint32Column } from '../../../../src/core/packed/column.js';

test('what was written is read, over any number of blocks', () => {
  for (const [column, value] of [
    [float64Column(), 2 ** 53 - 1],
    [uint32Column(), 2 ** 32 - 1],
    [int32Column(), -1],
  ] as const) {
    for (const slot of [5_000, 0, 1_023, 1_024]) column.set(slot, value);
    assert.deepEqual(
      [0, 1_023, 1_024, 5_000].map((slot) => column.get(slot)),
      [value, value, value, value],
    );
    assert.equal(column.get(1), 0);
  }
});

test('slots written in their order are read while the first block grows, unwritten ones hold 0', () => {
  const column = uint32Column();
  for (let slot = 0; slot < 3_000; slot += 1) {
    column.set(slot, slot + 1);
    assert.equal(column.get(0), 1);
    assert.equal(column.get(slot), slot + 1);
  }
  for (let slot = 0; slot < 3_000; slot += 1) assert.equal(column.get(slot), slot + 1);
  const sparse = uint32Column();
  sparse.set(3, 1);
  sparse.set(2_000, 1);
  assert.deepEqual([sparse.get(3), sparse.get(900), sparse.get(1_500)], [1, 0, 0]);
});

test('a slot that lies beyond all that was written throws', () => {
  const column = float64Column();
  column.set(0, 1);
  assert.throws(() => column.get(1_024), RangeError);
  assert.throws(() => column.get(-1), RangeError);
});
