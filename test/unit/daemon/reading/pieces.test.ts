/** Lines that a container's runtime breaks: no piece of them is matched. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry } from '../../../../src/core/entry.js';
import { createIsPiece } from '../../../../src/daemon/reading/pieces.js';

const anEntry = (more: Partial<Entry>): Entry => ({
  ...{ cursor: 'c', at: 0, receivedAt: 0, line: '', fields: {} },
  ...more,
});

type Fields = Readonly<Record<string, string>>;

const out = { CONTAINER_ID: 'c1', PRIORITY: '6' };
const err = { CONTAINER_ID: 'c1', PRIORITY: '3' };
const goesOn = { CONTAINER_PARTIAL_MESSAGE: 'true' };
const part = { CONTAINER_PARTIAL_ID: 'p1' };

const rows: readonly (readonly [what: string, entries: readonly Fields[], pieces: readonly boolean[]])[] = [
  ['whole lines', [out, out, err], [false, false, false]],
  ['entries of no container', [goesOn, part], [false, false]],
  [
    'a line of podman’s in three pieces, and the next one',
    [{ ...out, ...goesOn }, { ...out, ...goesOn }, out, out],
    [true, true, true, false],
  ],
  [
    'a line of Docker’s, whose last piece is marked too',
    [{ ...out, ...part, ...goesOn }, { ...out, ...part }, out],
    [true, true, false],
  ],
  ['the last piece of a line whose first ones were not read', [{ ...out, ...part }, out], [true, false]],
  ['a line of the other stream between two pieces', [{ ...out, ...goesOn }, err, out, out], [true, false, true, false]],
  [
    'another container between two pieces',
    [{ ...out, ...goesOn }, { ...out, CONTAINER_ID: 'c2' }, out],
    [true, false, true],
  ],
];

for (const [what, entries, pieces] of rows) {
  test(`tells pieces from whole lines: ${what}`, () => {
    const isPiece = createIsPiece();
    assert.deepEqual(
      entries.map((fields, index) => isPiece(anEntry({ cursor: String(index), fields }))),
      pieces,
    );
  });
}

test('the same container of another journal is another one', () => {
  const isPiece = createIsPiece();
  isPiece(anEntry({ fields: { ...out, ...goesOn }, source: 'Machine=1' }));
  assert.equal(isPiece(anEntry({ fields: out })), false);
  assert.equal(isPiece(anEntry({ fields: out, source: 'Machine=1' })), true);
});

test('however many lines are under way, few of them are kept', () => {
  const isPiece = createIsPiece();
  for (let index = 0; index < 5_000; index += 1)
    isPiece(anEntry({ fields: { ...out, ...goesOn, CONTAINER_ID: `c${index}` } }));
  assert.equal(isPiece(anEntry({ fields: { ...out, CONTAINER_ID: 'c4999' } })), true);
});
