import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENT_INTERFACE, AGENT_NAME, AGENT_PATH, methods } from '../../../src/control/interface.js';
import { MAX_CALL } from '../../../src/dbus/frames.js';
import { encodeCall } from '../../../src/dbus/wire.js';
import { portionsOf } from '../../../src/fleet/enforcing.js';
import { anAddress, NOON } from '../../fakes/values.js';

test('no call is longer than the agent takes, whatever other hosts call their jails', () => {
  const { name, takes } = methods.report;
  const longest = `${'j'.repeat(128)}, `.repeat(3) + `${'h'.repeat(63)}, `.repeat(3);
  for (const reason of ['ssh.service on web1', longest, '語'.repeat(220)]) {
    const reports = Array.from({ length: 1_000 }, (_, n) => {
      return {
        address: anAddress(`2001:db8:ffff:ffff:ffff:ffff:ffff:${(n + 4096).toString(16)}`),
        until: NOON,
        reason,
      };
    });
    const portions = portionsOf(reports);
    assert.deepEqual(portions.flat(), reports);
    for (const portion of portions) {
      const call = encodeCall(1, {
        ...{ destination: AGENT_NAME, path: AGENT_PATH, interface: AGENT_INTERFACE, member: name },
        ...{ signature: takes.signatures.join(''), body: takes.encode([portion]) },
      });
      assert.ok(call.length < MAX_CALL, `${call.length} bytes with ${reason.slice(0, 20)}`);
    }
  }
});
