import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namesBefore, olderFirst, rotation } from '../../../src/tail/rotated-name.js';

/** A log, a name beside it, and what kind of rotation of the log that is. */
const names: readonly (readonly [string, string, string | undefined])[] = [
  ['web.log', 'web.log.1', 'number'],
  ['web.log', 'web.log-20261129', 'date'],
  ['web.log', 'web-20261129.log', 'date'],
  ['web.log', 'web.log-2026112903', 'date'],
  ['web.log', 'web.1.log', 'number'],
  ['web.log', 'web.log.old', 'word'],
  ['messages', 'messages-20261129', 'date'],
  ['web.log', 'web.log', undefined],
  ['web.log', 'web.log.1.gz', undefined],
  ['web.log', 'web.log-debug', undefined],
  ['web.log', 'web2.log', undefined],
  ['web.log', 'web-error.log', undefined],
];

test('a rotated file is known by its name, a compressed one and another log are not', () => {
  for (const [base, name, kind] of names) assert.equal(rotation(base, name)?.kind, kind, `${name} of ${base}`);
});

test('the name of a log is found from its rotated files', () => {
  for (const [base, name, kind] of names) assert.equal(namesBefore(name).includes(base), kind !== undefined, name);
});

test('of numbers the higher is older, of dates the lower, and of both the one that was written earlier', () => {
  const ofNames = (...old: readonly string[]) =>
    old
      .map((name, index) => ({ name, rotation: rotation('a', name) ?? assert.fail(name), modifiedAt: 10 - index }))
      .toSorted(olderFirst)
      .map(({ name }) => name);
  assert.deepEqual(ofNames('a.2', 'a.10', 'a.1'), ['a.10', 'a.2', 'a.1']);
  assert.deepEqual(ofNames('a-20261129', 'a-20261128'), ['a-20261128', 'a-20261129']);
  assert.deepEqual(ofNames('a.1', 'a-20261128'), ['a-20261128', 'a.1']);
});
