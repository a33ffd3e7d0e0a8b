/** Whom an administrator spares everywhere from bans of others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../../src/core/time.js';
import { Allowances } from '../../../../src/fleet/deciding/allowances.js';
import { anAddress, NOON } from '../../../fakes/values.js';
import { address, both, DAY, DeciderLab, HOUR } from './decider-lab.js';

const around = anAddress('203.0.113.0/24');
const within = anAddress('203.0.113.64/26');

test('what overlaps an allowance is banned for nobody, whoever banned it, and no other address is spared', () => {
  const fleet = new DeciderLab();
  fleet.order();
  fleet.ban(NOON + HOUR);
  fleet.ban(NOON + HOUR, { about: around });
  assert.deepEqual(fleet.allow(within).touched, [around]);
  assert.deepEqual([fleet.verdicts(), fleet.verdicts(around)], [both('ban'), both('allowed')]);
  const { touched } = fleet.allow(around);
  assert.deepEqual(touched.map(({ text }) => text).sort(), ['203.0.113.0/24', '203.0.113.1']);
  assert.deepEqual([fleet.verdicts(), fleet.verdicts(around)], [both('allowed'), both('allowed')]);
  const other = anAddress('203.0.114.1');
  fleet.ban(NOON + HOUR, { about: other });
  assert.deepEqual(fleet.verdicts(other), both('ban'));
});

test('when an allowance ends, by a word or by its time, what is in force counts again', () => {
  const fleet = new DeciderLab();
  fleet.ban(NOON + DAY);
  fleet.allow();
  assert.deepEqual(fleet.disallow().touched, [address]);
  assert.deepEqual(fleet.verdicts(), both('ban'));
  assert.deepEqual(fleet.disallow().changes, []);
  fleet.allow(around, NOON + HOUR);
  assert.deepEqual(fleet.verdicts(), both('allowed'));
  fleet.now += HOUR;
  const { changes, touched } = fleet.decider.expireAllowances(fleet.now);
  fleet.store(changes);
  assert.deepEqual(touched, [address]);
  assert.deepEqual(fleet.verdicts(), both('ban'));
  assert.deepEqual(fleet.decider.allowances, []);
});

test('the end of an allowance goes by the servers’ clock, and what has ended already ends what is there', () => {
  const behind = NOON - 600_000_000;
  const fleet = new DeciderLab();
  fleet.receive({ kind: 'allowance', address }, { kind: 'allow', at: behind, until: behind + HOUR, by: 'admin' });
  const [allowance] = fleet.decider.allowances;
  assert.deepEqual([allowance?.until, allowance?.saidUntil], [NOON + HOUR, behind + HOUR]);
  fleet.receive({ kind: 'allowance', address }, { kind: 'allow', at: behind, until: behind, by: 'admin' });
  assert.deepEqual(fleet.decider.allowances, []);
});

test('an allowance outlives a new stream and what was written over it, and is to be told again then', () => {
  const fleet = new DeciderLab();
  fleet.ban(NOON + HOUR);
  fleet.allow();
  const places = () => fleet.decider.allowances.map(({ sequence, toldAt }) => [sequence, toldAt]);
  assert.deepEqual(places(), [[2, NOON]]);
  // What a server answers to who publishes, sent here as a host named this subject for the answer.
  fleet.receive({ kind: 'allowance', address }, new TextEncoder().encode('{"stream":"F2B", "seq":7}'));
  assert.deepEqual([places(), fleet.verdicts()], [[[3, 0]], both('allowed')]);
  fleet.allow();
  fleet.beginAnew();
  assert.deepEqual([places(), fleet.verdicts()], [[[0, 0]], both('allowed')]);
});

test('one that has ended hides none that is in force around it', () => {
  const allowances = new Allowances();
  const allowance = { address: around, until: FOREVER, saidUntil: FOREVER, by: 'admin', sequence: 1, toldAt: NOON };
  allowances.put(allowance);
  allowances.put({ ...allowance, address: within, until: NOON });
  assert.equal(allowances.overlapping(anAddress('203.0.113.65'), NOON)?.address, around);
  allowances.remove(around);
  assert.equal(allowances.overlapping(anAddress('203.0.113.65'), NOON), undefined);
});
