/** Lists of one text are shared by those who ask for equal texts, and no more of them are kept than attackers may fill. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedLists } from '../../../../src/filter/matching/shared-lists.js';

test('equal texts have one list, others have lists of their own', () => {
  const lists = new SharedLists();
  const line = 'Failed password for a-rather-long-name from 192.0.2.1';
  const first = lists.of(line.slice(20, 38));
  assert.deepEqual(first, ['a-rather-long-name']);
  assert.strictEqual(lists.of('a-rather-long-name'), first);
  assert.deepEqual(lists.of('root'), ['root']);
  assert.deepEqual(lists.of(''), ['']);
});

test('a flood of names leaves nothing of what was kept before it', () => {
  const lists = new SharedLists();
  const first = lists.of('root');
  for (let name = 0; name < 1_000; name += 1) lists.of(`name ${name}`);
  assert.notStrictEqual(lists.of('root'), first);
  assert.deepEqual(lists.of('root'), ['root']);
});
