/** Which journals jails read, and whose jails an entry finds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createJournals } from '../../../../../src/daemon/reading/journals/journals.js';

const name = 'LogNamespace=web';
const { routing } = createJournals([
  { selection: { units: ['ssh.service'], matches: [] } },
  { selection: { units: ['nginx.service'], matches: [], source: { name, namespace: 'web' } } },
]);

const dropped: readonly (readonly [string, string | undefined, boolean])[] = [
  ['ssh.service', undefined, true],
  ['nginx.service', undefined, false],
  ['nginx.service', name, true],
  ['ssh.service', name, false],
  ['ssh.service', 'LogNamespace=db', false],
];

for (const [unit, source, expected] of dropped) {
  test(`${unit} in ${source ?? 'the machine’s own journal'} is ${expected ? '' : 'not '}read`, () => {
    assert.equal(routing.isRead(unit, source === undefined ? {} : { source }), expected);
  });
}
