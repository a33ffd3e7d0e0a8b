/**
 * nats-server can be made to store the last word under a subject again, by anybody who may read it: it says then what it
 * said before, and no more.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anAddress, NOON } from '../../../fakes/values.js';
import { address, both, DeciderLab, HOUR } from './decider-lab.js';

const MINUTE = 60_000_000;

function end(fleet: DeciderLab): number {
  const verdict = fleet.decider.verdict(address, fleet.now);
  return verdict.kind === 'ban' ? (verdict.report.until - NOON) / MINUTE : 0;
}

test('a ban that is stored again lasts no longer, and is not counted against its host', () => {
  const fleet = new DeciderLab();
  fleet.ban(NOON + HOUR);
  for (const minutes of [5, 14, 16, 50]) {
    fleet.now = NOON + minutes * MINUTE;
    fleet.repeat();
    assert.equal(end(fleet), 60, `after ${minutes} minutes`);
  }
  assert.equal(fleet.decider.reporters[0]?.published, 1);
  fleet.now = NOON + 2 * HOUR;
  fleet.expire();
  fleet.repeat();
  assert.deepEqual([fleet.verdicts(), fleet.decider.size], [both('nobody'), 0]);
});

test('who joins late and has only what was stored again has the end that the host told', () => {
  const fleet = new DeciderLab();
  fleet.now += 40 * MINUTE;
  fleet.ban(NOON + HOUR, { at: NOON });
  assert.equal(end(fleet), 60);
});

test('the clock of a host may be wrong by minutes, and its bans last as long as it says', () => {
  for (const minutes of [-600, -14, 14]) {
    const fleet = new DeciderLab();
    const at = NOON - minutes * MINUTE;
    fleet.ban(at + HOUR, { at });
    assert.equal(end(fleet), 60, `${minutes} minutes behind`);
  }
});

test('an order that is stored again undoes no unban of this host, and takes the place of nothing said after it', () => {
  const fleet = new DeciderLab();
  fleet.order();
  const order = fleet.told.slice(-1);
  fleet.now += MINUTE;
  fleet.liftHere();
  fleet.repeat(order);
  assert.deepEqual(fleet.verdicts(), both('lifted-here'));
  fleet.now = NOON + 2 * HOUR;
  fleet.expire();
  fleet.ban(fleet.now + HOUR);
  assert.deepEqual(fleet.verdicts(), both('ban'));
  fleet.repeat(order);
  assert.deepEqual(fleet.verdicts(), both('ban'));
});

test('an administrator’s unban that is stored again lifts nothing that was banned after it', () => {
  const fleet = new DeciderLab();
  fleet.receive({ kind: 'order', address }, { kind: 'unban', at: NOON });
  const unban = fleet.told.slice(-1);
  fleet.store(fleet.decider.released(address));
  fleet.now += 20 * MINUTE;
  fleet.ban(fleet.now + HOUR);
  fleet.repeat(unban);
  assert.deepEqual(fleet.verdicts(), both('ban'));
  assert.deepEqual(fleet.decider.releases, [{ address, before: NOON }]);
});

test('a withdrawal that is stored again takes back nothing that was told after it', () => {
  const fleet = new DeciderLab();
  const own = anAddress('192.0.2.1');
  fleet.ban(NOON + HOUR);
  fleet.withdraw();
  const withdrawal = fleet.told.slice(-1);
  assert.deepEqual(fleet.verdicts(), both('nobody'));
  fleet.now += 20 * MINUTE;
  fleet.ban(fleet.now + HOUR);
  fleet.member('web1', [own]);
  fleet.repeat(withdrawal);
  assert.deepEqual(fleet.verdicts(), both('ban'));
  assert.deepEqual(
    fleet.decider.members.map(({ host }) => host),
    ['web1'],
  );
});
