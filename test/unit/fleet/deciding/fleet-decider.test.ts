/** What of the fleet's stream counts, in cases that random streams do not come upon. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../../src/core/time.js';
import type { Decided } from '../../../../src/fleet/deciding/decided.js';
import { anAddress, NOON } from '../../../fakes/values.js';
import { address, both, DAY, DeciderLab, HOUR } from './decider-lab.js';

test('an end that no time of the agent can have is none', () => {
  for (const maxBanTime of [FOREVER, HOUR]) {
    const fleet = new DeciderLab({ maxBanTime });
    fleet.ban(Number.MAX_SAFE_INTEGER, { at: NOON - 600_000_000 });
    const verdict = fleet.decider.verdict(address, NOON);
    assert.ok(verdict.kind === 'ban');
    assert.equal(verdict.report.until, maxBanTime === FOREVER ? FOREVER : NOON + HOUR);
  }
});

test('what is another host on each link, as a router’s link-local address, no host has banned on others', () => {
  const fleet = new DeciderLab();
  for (const text of ['fe80::1', 'fe80::/64', '169.254.0.1', '127.0.0.1', '::1', '224.0.0.251', 'ff02::1', '::']) {
    const about = anAddress(text);
    assert.deepEqual(fleet.ban(NOON + HOUR, { about }).refusal, { why: 'one-link', host: 'web1' }, text);
    assert.deepEqual(fleet.decider.claimsOn(about), []);
  }
  for (const text of ['10.0.0.1', 'fd00::1', '2001:db8::/64']) {
    const about = anAddress(text);
    assert.equal(fleet.ban(NOON + HOUR, { about }).refusal, undefined, text);
  }
});

test('whom a person of this host let in is not banned here, though an administrator ordered it before', () => {
  const fleet = new DeciderLab();
  fleet.order();
  fleet.liftHere();
  assert.deepEqual(fleet.verdicts(), both('lifted-here'));
  assert.deepEqual(fleet.decider.expire(NOON), []);
  fleet.beginAnew();
  assert.deepEqual(fleet.verdicts(), both('lifted-here'));
  fleet.now += 1;
  fleet.order();
  assert.deepEqual(fleet.verdicts(), both('ban'));
});

test('a member that was not heard of for a week shields its addresses no longer', () => {
  const fleet = new DeciderLab();
  fleet.ban(NOON + 30 * DAY);
  fleet.member();
  assert.deepEqual(fleet.decider.verdict(address, NOON), { kind: 'none', why: 'member', host: 'web2' });
  assert.deepEqual(fleet.decider.expire(NOON + 7 * DAY - 1), []);
  assert.deepEqual(fleet.decider.expire(NOON + 7 * DAY), [{ kind: 'drop-member', host: 'web2' }]);
  assert.equal(fleet.decider.verdict(address, NOON + 7 * DAY).kind, 'ban');
});

test('an administrator’s ban of an address is looked at again when a member has it, and has it no longer', () => {
  const fleet = new DeciderLab();
  fleet.order();
  const steps: readonly (readonly [() => Decided, string])[] = [
    [() => fleet.member(), 'member'],
    [() => fleet.member('web2', []), 'ban'],
    [() => fleet.member(), 'member'],
    [() => fleet.withdraw('web2'), 'ban'],
  ];
  for (const [step, verdict] of steps) {
    assert.deepEqual(step().touched, [address]);
    assert.deepEqual(fleet.verdicts(), both(verdict));
  }
});
