/**
 * After a long stop very much has ended at once. It is decided and stored a portion at a time, with the same outcome.
 */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { addressFromWords } from '../../src/core/address/address.js';
import { PORTION } from '../../src/core/deciding/decider.js';
import type { Effect } from '../../src/core/effect.js';
import { copyOfDisk, fakeStore } from '../fakes/store.js';
import { aBan, anOffender } from '../fakes/values.js';
import { AgentLab, MINUTE, SECOND } from './agent-lab.js';

const ATTACKER = '203.0.113.5';
const BANS = 12_000;
const OFFENDERS = 22_000;
const FEWEST_COMMITS = Math.floor((BANS + OFFENDERS) / PORTION);

let lab: AgentLab;
/** A state of long ago. */
async function refill(): Promise<void> {
  lab = new AgentLab();
  const since = lab.clock.now();
  const effects: Effect[] = [];
  for (let n = 0; n < OFFENDERS; n += 1) {
    const key = { jail: 'ssh.service', address: addressFromWords(0, 0, 0xffff, 0x0a000000 + n, 128) };
    if (n < BANS) effects.push({ kind: 'ban', ban: aBan({ ...key, since, until: since + MINUTE }) });
    effects.push({ kind: 'offender', offender: anOffender({ ...key, bannedAt: since, bantime: MINUTE }) });
  }
  await fakeStore(lab.disk).commit(undefined, effects);
  lab.disk.commits.length = 0;
  await lab.clock.advance(5 * 365 * 24 * 60 * MINUTE);
}

beforeEach(refill);
afterEach(async () => {
  await lab.dispose();
});

function state() {
  const { position, bans, offenders, failures } = lab.disk;
  return { position, bans: [...bans.values()], offenders: [...offenders.values()], failures: [...failures.values()] };
}

/** Only the attacker is left. */
function isOver(): boolean {
  return lab.disk.bans.size === 1 && lab.disk.offenders.size === 1;
}

function assertPortions(): void {
  assert.ok(lab.disk.commits.length >= FEWEST_COMMITS, `${lab.disk.commits.length} commits`);
  const most = lab.disk.commits.reduce((max, size) => Math.max(max, size), 0);
  assert.ok(most <= PORTION + 100, `${most} effects in one commit`);
}

test('the first entry after a long stop ends everything in portions before it is decided on', async () => {
  await lab.fail(ATTACKER, 5);
  await lab.start();
  await lab.until(isOver);
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assertPortions();
  const { bans, offenders, failures } = state();
  assert.deepEqual([bans.length, offenders.length, failures.length], [1, 1, 0]);
  await lab.stop();
  assert.equal(lab.told('unban'), BANS);
});

test('a crash between two portions changes nothing in the end', async () => {
  await lab.fail(ATTACKER, 5);
  await lab.start();
  await lab.until(isOver);
  await lab.settle();
  const quiet = state();
  for (const portions of [1, 2]) {
    await lab.dispose();
    await refill();
    await lab.fail(ATTACKER, 5);
    let inTheMiddle = lab.disk;
    lab.disk.onCommit = () => {
      if (lab.disk.commits.length === portions) inTheMiddle = { ...copyOfDisk(lab.disk), onCommit: () => {} };
    };
    await lab.start();
    lab.kill();
    lab.disk = inTheMiddle;
    assert.ok(!isOver());
    await lab.start();
    await lab.until(isOver);
    await lab.settle();
    assert.deepEqual(state(), quiet);
  }
});

test('without any entry the clock ends everything in portions, and others get their turn in between', async () => {
  const { agent } = await lab.start();
  await lab.until(() => lab.disk.commits.length > 0);
  assert.ok(lab.disk.bans.size + lab.disk.offenders.size > PORTION);
  await lab.fail(ATTACKER, 5);
  for (let portion = 0; portion < 2 * FEWEST_COMMITS && !isOver(); portion += 1) {
    assert.equal(agent.status().state, 'running');
    await lab.clock.advance(SECOND);
    await lab.settle();
  }
  assert.ok(isOver());
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assertPortions();
});
