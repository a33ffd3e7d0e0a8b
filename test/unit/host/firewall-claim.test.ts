import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { createFirewallClaim } from '../../../src/host/firewall-claim.js';

type Owner = ReturnType<Parameters<typeof createFirewallClaim>[0]['take']>;

/** A claim where the name has these owners, one after another; `answered` are the descriptors asked about. */
function setUp(...owners: readonly Owner[]) {
  const answered: number[] = [];
  const left = [...owners];
  const claim = createFirewallClaim({
    take: () => left.shift(),
    answer: (fd) => answered.push(fd),
    isAgents: (uid) => uid === 0,
  });
  return { claim, answered };
}

test('a name that nobody has is taken once, kept, and given back', () => {
  const fd = openSync('/dev/null', 'r');
  const { claim, answered } = setUp({ kind: 'own', fd });
  assert.ok(claim.take() === undefined);
  assert.ok(claim.take() === undefined);
  assert.deepEqual(answered, [fd]);
  claim.release();
  assert.throws(() => closeSync(fd), { code: 'EBADF' });
});

test('one of another agent is refused, and says which process that is', () => {
  const { claim } = setUp({ kind: 'other', uid: 0, pid: 17 });
  assert.throws(claim.take, { code: 'FIREWALL_CLAIMED', message: /: process 17$/ });
});

test('one of anybody else is a problem, until it is free', () => {
  const fd = openSync('/dev/null', 'r');
  const { claim } = setUp({ kind: 'other', uid: 1001, pid: 17 }, undefined, { kind: 'own', fd });
  assert.match(claim.take()?.message ?? '', /process 17 of the user 1001 keeps the name @org\.f2b\.enforcer$/);
  assert.equal(claim.take()?.code, 'FIREWALL_UNCLAIMED');
  assert.ok(claim.take() === undefined);
  claim.release();
});
