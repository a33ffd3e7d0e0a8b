import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Matches } from '../../../src/journal/matches.js';
import { mayBeOfUsers } from '../../../src/journal/of-users.js';

const UNIT = '_SYSTEMD_UNIT=app.service';

const cases: readonly (readonly [what: string, matches: Matches, expected: boolean])[] = [
  ['everything', [], true],
  ['a unit, whoever runs in it', [[UNIT]], true],
  ['root', [[UNIT, '_UID=0']], false],
  [
    'users of services, those of DynamicUser= and nobody',
    [[UNIT, '_UID=33', '_UID=999', '_UID=61184', '_UID=65534']],
    false,
  ],
  ['an ordinary user', [[UNIT, '_UID=1000']], true],
  ['a user in a container', [[UNIT, '_UID=524288']], true],
  ['users of both kinds', [[UNIT, '_UID=33', '_UID=1000']], true],
  ['one alternative for ordinary users', [[UNIT, '_UID=0'], ['_SYSTEMD_UNIT=other.service']], true],
  ['the kernel', [['_TRANSPORT=kernel']], false],
  [
    'what journald says itself',
    [
      [UNIT, '_UID=0'],
      ['MESSAGE_ID=1', '_TRANSPORT=driver'],
    ],
    false,
  ],
  ['a user that is no number', [[UNIT, '_UID=x']], true],
];

for (const [what, matches, expected] of cases) {
  test(`the journals of users are ${expected ? 'read' : 'left closed'} for entries of ${what}`, () => {
    assert.equal(mayBeOfUsers(matches), expected);
  });
}
