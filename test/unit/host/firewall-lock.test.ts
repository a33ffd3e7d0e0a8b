import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';
import { createFirewallLock } from '../../../src/host/firewall-lock.js';

type Owner = ReturnType<Parameters<typeof createFirewallLock>[0]['take']>;

/** A lock where the name has these owners, one after another; `answered` are the descriptors asked about. */
function setUp(...owners: readonly Owner[]) {
  const answered: number[] = [];
  const left = [...owners];
  const lock = createFirewallLock({
    take: () => left.shift(),
    answer: (fd) => answered.push(fd),
    isAgents: (uid) => uid === 0,
  });
  return { lock, answered };
}

test('a name that nobody has is taken once, kept, and given back', () => {
  const fd = openSync('/dev/null', 'r');
  const { lock, answered } = setUp({ kind: 'own', fd });
  assert.ok(lock.take() === undefined);
  assert.ok(lock.take() === undefined);
  assert.deepEqual(answered, [fd]);
  lock.release();
  assert.throws(() => closeSync(fd), { code: 'EBADF' });
});

test('one of another agent is refused, and says which process that is', () => {
  const { lock } = setUp({ kind: 'other', uid: 0, pid: 17 });
  assert.throws(lock.take, { code: 'FIREWALL_LOCKED', message: /: process 17$/ });
});

test('one of anybody else is a problem, until it is free', () => {
  const fd = openSync('/dev/null', 'r');
  const { lock } = setUp({ kind: 'other', uid: 1001, pid: 17 }, undefined, { kind: 'own', fd });
  assert.match(lock.take()?.message ?? '', /process 17 of the user 1001 keeps the name @org\.f2b\.enforcer$/);
  assert.equal(lock.take()?.code, 'FIREWALL_NOT_LOCKED');
  assert.ok(lock.take() === undefined);
  lock.release();
});
