import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Untold } from '../../../src/journal/unwatched.js';

const look = { waits: false, wasRead: false, wasTold: false };
const [quiet, read, found] = [look, { ...look, wasRead: true }, { ...look, waits: true }];
const told = { ...read, wasTold: true };

/** Looks, and whether the journal is thought to tell of nothing after them. */
const cases: readonly (readonly [string, readonly (typeof look)[], boolean])[] = [
  ['nothing happens', [quiet, quiet, quiet], false],
  ['all is told', [told, told, told], false],
  ['an entry was read just before the look, and told after it', [read, told, read, told], false],
  ['entries are read and nobody tells, twice in a row', [read, read], true],
  ['an entry is found by the look, and read after it', [quiet, found, read], true],
  ['it told of something since', [read, read, quiet, told], false],
  ['nothing happens once it was found out', [read, read, quiet, quiet], true],
];

for (const [what, looks, expected] of cases)
  test(`a journal is ${expected ? '' : 'not '}thought to tell of nothing when ${what}`, () => {
    const untold = new Untold();
    for (const one of looks) untold.note(one, true);
    assert.equal(untold.isSo, expected);
  });

test('what is read while it catches up proves nothing', () => {
  const untold = new Untold();
  for (let n = 0; n < 5; n += 1) untold.note(read, false);
  assert.equal(untold.isSo, false);
});
