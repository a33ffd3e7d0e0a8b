/** Jails that read another journal than the machine's own, with the journalds that write them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inPrivateSystem, missingJournald } from './private-journald.js';
import { missingGroups } from './unit-group.js';

const program = join(import.meta.dirname, 'other-journals.js');
const play = (scenario: string) => JSON.parse(inPrivateSystem(program, scenario));

describe('a journal beside the machine’s own', { skip: missingJournald ?? missingGroups ?? false }, () => {
  test('of a namespace is read for the jails that name it, each entry once over restarts and rotation', () => {
    const others = [['LogNamespace=web']];
    const twice = ['own 192.0.2.1', 'own 192.0.2.1', 'web 198.51.100.1', 'web 198.51.100.1'];
    const bans = ['own 192.0.2.1 3', 'web 198.51.100.1 3'];
    const { seen, whatIf, tested } = play('namespace');
    assert.deepEqual(whatIf, { own: ['192.0.2.1'], web: ['198.51.100.1'] }, 'f2bctl simulate reads the same');
    assert.equal(tested, 3, 'f2bctl test --namespace');
    assert.deepEqual(seen, [
      { failures: twice, bans: [], others },
      { failures: [], bans, others },
      { failures: [], bans, others },
    ]);
  });

  test('of a machine that is linked to this one is read for the jails that name it, over its boots', () => {
    const others = [[`Machine=${'e'.repeat(32)}`]];
    assert.deepEqual(play('machine'), [
      { failures: ['guest 203.0.113.9', 'guest 203.0.113.9'], bans: [], others },
      { failures: [], bans: ['guest 203.0.113.9 3'], others },
    ]);
  });

  test('is told while it is not there, and followed once it is, over its rotation', () => {
    assert.deepEqual(play('following'), {
      before: 'JOURNAL_MISSING',
      outcome: 'heard',
      isThere: true,
      found: ['first', 'second', 'third'],
    });
  });
});

describe('entries in the machine’s own journal', { skip: missingJournald ?? missingGroups ?? false }, () => {
  test('of users’ units and of containers are believed of whoever is to write them, and of nobody else', () => {
    assert.deepEqual(play('senders'), {
      unit: ['of the system’s unit'],
      userUnit: ['of the user’s unit'],
      container: ['by conmon', 'by dockerd'],
      usersContainer: ['by a user in dockerd’s unit', 'by a user’s conmon'],
    });
  });

  test('are missing of a unit that never logged, as far back as the journal goes', () => {
    assert.deepEqual(play('silence'), { logging: false, silent: true, older: false });
  });
});
