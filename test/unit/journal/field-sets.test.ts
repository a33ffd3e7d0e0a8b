import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FieldSets } from '../../../src/journal/field-sets.js';

const names = ['_SYSTEMD_UNIT', '_UID', 'MESSAGE'];
type Given = readonly (readonly [field: number, value: string])[];

/** The fields as a record holds them, with something else before each part. */
function recordOf(given: Given) {
  const values = given.map(([, value]) => Buffer.from(value));
  const words = Uint32Array.from([7, ...given.flatMap(([field], at) => [field, values[at]?.length ?? 0]), 9]);
  const bytes = Buffer.concat([Buffer.from('line'), ...values, Buffer.from('next')]);
  return { bytes, words, table: [1, 1 + 2 * given.length], values: 4 } as const;
}

const ssh: Given = [
  [0, 'ssh.service'],
  [1, '0'],
];

test('entries with the same fields share them, and others have their own', () => {
  const sets = new FieldSets(names);
  const first = sets.fieldsAt(recordOf(ssh));
  assert.deepEqual(first, { _SYSTEMD_UNIT: 'ssh.service', _UID: '0' });
  const others: readonly Given[] = [
    [[0, 'ssh.service']],
    [
      [0, 'ssh.servic'],
      [1, 'e0'],
    ],
    [
      [0, 'ssh.service'],
      [2, '0'],
    ],
    [[2, 'm'.repeat(100_000)]],
    [[2, 'é\u{1f600}']],
    [],
  ];
  for (const given of others) {
    const expected = Object.fromEntries(given.map(([field, value]) => [names[field], value]));
    assert.deepEqual(sets.fieldsAt(recordOf(given)), expected);
  }
  assert.equal(sets.fieldsAt(recordOf(ssh)), first);
});

test('senders who choose their values do not make it grow, and are told apart all the same', () => {
  const sets = new FieldSets(names);
  for (let user = 0; user < 5_000; user += 1)
    assert.equal(sets.fieldsAt(recordOf([[1, `${user}`]]))['_UID'], `${user}`);
  assert.ok(sets.size <= 512);
  assert.equal(sets.fieldsAt(recordOf(ssh)), sets.fieldsAt(recordOf(ssh)));
});
