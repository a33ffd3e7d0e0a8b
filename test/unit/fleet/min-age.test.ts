/** MinAge=: what others have banned counts when it has stood for so long by the servers' clock, and is looked at then. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeContent } from '../../../src/fleet/messages/message.js';
import { subjectText } from '../../../src/fleet/messages/subject.js';
import { createRipening } from '../../../src/fleet/ripening.js';
import { anAddress, NOON } from '../../fakes/values.js';
import { until } from '../../support/process.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { address, both, DAY, DeciderLab, HOUR } from './deciding/decider-lab.js';
import { connectedFleetd } from './fleetd-lab.js';

const MINUTE = 60_000_000;

test('a ban counts when it has stood for MinAge= since the servers got it, whatever its host says', () => {
  const fleet = new DeciderLab({ minAge: HOUR });
  fleet.ban(NOON + 7 * DAY, { since: 1 });
  assert.deepEqual(fleet.verdicts(), both('too-young'));
  fleet.now = NOON + HOUR - 1;
  assert.deepEqual(fleet.verdicts(), both('too-young'));
  fleet.now = NOON + HOUR;
  assert.deepEqual(fleet.verdicts(), both('ban'));
});

test('without MinAge= a ban counts at once, also on a host whose clock is behind that of the servers', () => {
  const fleet = new DeciderLab();
  fleet.ban(NOON + DAY);
  fleet.now -= 10 * MINUTE;
  assert.deepEqual(fleet.verdicts(), both('ban'));
});

test('telling a ban anew makes it no younger, and an unban or its end does', () => {
  const fleet = new DeciderLab({ minAge: HOUR });
  fleet.ban(NOON + DAY);
  fleet.now += HOUR;
  fleet.ban(NOON + DAY, { since: NOON });
  assert.deepEqual(fleet.verdicts(), both('ban'));
  fleet.unban();
  fleet.ban(NOON + DAY);
  assert.deepEqual(fleet.verdicts(), both('too-young'));
  fleet.now = NOON + 2 * DAY;
  fleet.ban(NOON + 3 * DAY);
  assert.deepEqual(fleet.verdicts(), both('too-young'));
});

test('as many hosts as MinReporters= says must have bans that are old enough', () => {
  const fleet = new DeciderLab({ minAge: HOUR, minReporters: 2 });
  fleet.ban(NOON + DAY);
  fleet.now += HOUR;
  assert.deepEqual(fleet.verdicts(), both('too-few'));
  fleet.ban(NOON + DAY, { host: 'web2' });
  assert.deepEqual(fleet.verdicts(), both('too-young'));
  fleet.now += HOUR;
  assert.deepEqual(fleet.verdicts(), both('ban'));
});

test('an administrator’s order counts at once', () => {
  const fleet = new DeciderLab({ minAge: HOUR });
  fleet.order();
  assert.deepEqual(fleet.verdicts(), both('ban'));
});

test('each address is looked at when its ban comes to count, and nothing is waited for when none is young', async () => {
  const fleet = new DeciderLab({ minAge: 10 * MINUTE });
  const clock = new VirtualClock(NOON);
  const looked: string[] = [];
  const ripening = createRipening(fleet.decider, 10 * MINUTE, clock, (addresses) => {
    for (const { text } of addresses) looked.push(`${text} at ${(clock.now() - NOON) / MINUTE}`);
  });
  ripening.heard();
  const other = anAddress('203.0.113.2');
  fleet.ban(NOON + DAY);
  ripening.heard();
  await clock.advance(5 * MINUTE);
  fleet.now = clock.now();
  fleet.ban(NOON + DAY, { about: other });
  ripening.heard();
  await clock.advance(4 * MINUTE);
  assert.deepEqual(looked, []);
  await clock.advance(20 * MINUTE);
  assert.deepEqual(looked, [`${address.text} at 10`, `${other.text} at 15`]);
  assert.deepEqual(clock.armed, []);
  ripening.end();
});

test('f2b-fleetd has the agent ban when the ban of another host has stood for MinAge=, and not before', async (t) => {
  const { clock, stream, fleetd, reported, settled } = await connectedFleetd(t, 'here', { minAge: 10 * MINUTE });
  const told = { kind: 'ban', at: NOON, since: NOON, until: NOON + DAY } as const;
  stream.store(subjectText({ kind: 'ban', host: 'web1', jail: 'ssh.service', address }), encodeContent(told));
  await until('it has heard of it', () => fleetd.decider.size > 0 || undefined);
  await clock.advance(9 * MINUTE);
  await settled();
  assert.deepEqual(reported, []);
  assert.equal(fleetd.bans(address)[0]?.reason, 'the bans have not stood for MinAge= yet');
  await clock.advance(MINUTE);
  await until('the agent is asked', () => reported.length > 0 || undefined);
  assert.deepEqual(reported, [address.text]);
});
