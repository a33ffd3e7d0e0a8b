/** What comes of lines whose senders are gone before journald looks at them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { inPrivateSystem, missingJournald } from './private-journald.js';
import { missingGroups } from './unit-group.js';

const program = join(import.meta.dirname, 'gone-senders.js');
const play = (scenario: string) => JSON.parse(inPrivateSystem(program, scenario));

describe('senders that were gone when journald looked at them', {
  skip: missingJournald ?? missingGroups ?? false,
}, () => {
  test('of a stalled journald only root’s lines with sshd’s identifier are believed', () => {
    assert.deepEqual(play('stalled'), { believed: Array(6).fill('of root'), withUnit: [], counted: 6 });
  });

  for (const [who, uid] of [
    ['user', '1001'],
    ['root', '0'],
  ] as const) {
    test(`a ${who} who came by the process number of the service’s has its unit, and is told by user and group`, () => {
      const { pid, forged, read } = play(`renumbered ${who}`);
      assert.deepEqual(forged, { _PID: pid, _SYSTEMD_UNIT: 'ssh.service', _UID: uid, _GID: '1001' });
      assert.deepEqual(read, ['of sshd']);
    });
  }

  test('nobody but root and the agent’s user is taken for the agent by those who act on its events or show them', () => {
    assert.deepEqual(play('events'), { told: ['of the agent'], shown: ['of the agent'] });
  });

  test('in a flood each line is believed once, whether its unit was still known or not', () => {
    const { believed, withUnit, counted, lines } = play('flooded');
    assert.equal(believed.length + withUnit.length, lines);
    assert.equal(counted, believed.length);
  });
});
