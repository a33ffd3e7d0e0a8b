import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileId, type Place } from '../../../src/tail/place.js';
import { unread } from '../../../src/tail/unread.js';

const file = (id: string, size: number, modifiedAt: number) => ({ id, size, modifiedAt });
const place = (id: string, offset: number, at = 1e9): Place => ({ path: '/web.log', id, offset, at });
const nothing = () => undefined;

const restOf = (...args: Parameters<typeof unread>) => unread(...args).rest.map(({ file: { id }, from }) => [id, from]);

test('a renamed file is read from its place, and what came after it from the beginning', () => {
  const rotated = [file('1:a', 10, 1), file('2:b', 20, 2), file('3:c', 30, 3)];
  assert.deepEqual(restOf(place('2:b', 15), rotated, '4:d', nothing), [
    ['2:b', 15],
    ['3:c', 0],
  ]);
});

test('of a truncated file the rest is read from its copy', () => {
  assert.deepEqual(restOf(place('1:a', 5), [file('2:a', 10, 1)], '1:b', nothing), [['2:a', 5]]);
});

test('a copy that is shorter than what was read is none', () => {
  assert.deepEqual(unread(place('1:a', 50), [file('2:a', 10, 1)], '1:b', nothing), { rest: [], isGone: true });
});

test('while the file is the one that was read last, only files with a place have a rest', () => {
  const rotated = [file('1:a', 10, 1), file('2:b', 20, 2)];
  const placeOf = (id: string) => (id === '2:b' ? place('2:b', 12) : undefined);
  assert.deepEqual(unread(place('3:c', 5), rotated, '3:c', placeOf), {
    rest: [{ file: rotated[1], from: 12 }],
    isGone: false,
  });
});

test('when the file that was read last is gone, that is told, and what was written since is read', () => {
  const rotated = [file('1:a', 10, 1e9 - 1), file('2:b', 20, 1e9 + 1)];
  const { rest, isGone } = unread(place('9:z', 5), rotated, '4:d', nothing);
  assert.deepEqual([rest, isGone], [[{ file: rotated[1], from: 0 }], true]);
});

test('what a file got that was empty is read, whatever became of it', () => {
  const empty = place(fileId('1', undefined), 0);
  assert.deepEqual(restOf(empty, [file('1:a', 10, 1e9 + 1), file('2:b', 10, 1e9 + 2)], '3:c', nothing), [
    ['1:a', 0],
    ['2:b', 0],
  ]);
});
