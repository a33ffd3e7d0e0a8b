/** In every shipped jail only the service itself gets somebody banned, whoever else writes its lines in its units. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { GuestResult } from './jail-guests.js';
import { inPrivateSystem, missingJournald } from './private-journald.js';
import { missingGroups } from './unit-group.js';

/** Their failures take several lines, of which one tells the address: they have no line to be tried with. */
const TOLD_IN_LINES = ['coturn', 'rabbitmq', 'slapd', 'strongswan'];

describe('with all shipped jails switched on', { skip: missingJournald ?? missingGroups ?? false }, async () => {
  let outcomes: readonly GuestResult[] = [];
  before(() => {
    const all: readonly GuestResult[] = JSON.parse(inPrivateSystem(join(import.meta.dirname, 'jail-guests.js'), 'all'));
    outcomes = all.filter(({ jail }) => !TOLD_IN_LINES.includes(jail));
  });

  test('every jail that reads the journal has a sample of a failure to be tried with', () => {
    assert.deepEqual(
      outcomes.filter(({ line }) => line === undefined).map(({ jail }) => jail),
      [],
    );
    assert.ok(outcomes.length >= 10, `${outcomes.length}`);
  });

  test('a failure that the service itself logs is counted', () => {
    const deaf = outcomes.filter(({ banned }) => !banned.includes('the service'));
    assert.deepEqual(
      deaf.map(({ jail, line }) => `${jail}: ${line}`),
      [],
    );
  });

  test('nobody else gets anybody banned with the same line', () => {
    const fooled = outcomes.flatMap(({ jail, banned }) => banned.map((writer) => `${jail}: ${writer}`));
    assert.deepEqual(
      fooled.filter((text) => !text.endsWith(': the service')),
      [],
    );
  });

  test('all of them were in the journal', () => {
    assert.deepEqual(
      outcomes.filter(({ written, tried }) => written !== tried),
      [],
    );
  });
});
