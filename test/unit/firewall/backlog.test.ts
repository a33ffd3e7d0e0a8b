import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cut } from '../../../src/firewall/connection-killer.js';
import type { FirewalldBus } from '../../../src/firewall/firewalld/client.js';
import { createFirewalld } from '../../../src/firewall/firewalld/firewalld.js';
import { FakeFirewalld } from '../../fakes/firewalld.js';
import { banOf } from '../../support/ban-of.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const SECOND = 1_000_000;
const EARLY = ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((text) => banOf(text));
const STORM = Array.from({ length: 300 }, (_, index) => banOf(`198.51.${index >> 8}.${index & 255}`));

/** A firewalld that answers no call while it is `busy`. */
async function open() {
  const firewalld = new FakeFirewalld();
  firewalld.start();
  let free: Promise<void> = Promise.resolve();
  let release = () => {};
  const bus: FirewalldBus = {
    onSignal: (signal, listener) => firewalld.onSignal(signal, listener),
    watchName: (name, listener) => firewalld.watchName(name, listener),
    call: (call) => free.then(() => firewalld.call(call)),
  };
  const busy = () => {
    free = new Promise((resolve) => {
      release = resolve;
    });
    return () => release();
  };
  const clock = new VirtualClock();
  const cuts: string[] = [];
  const cut = async (ended: readonly Cut[]) => void cuts.push(...ended.map(({ address }) => address.text));
  const firewall = createFirewalld({ bus, clock, killer: { cut, problem: undefined } });
  await firewall.reconcile([]);
  const backlog = () => {
    const { state, held, pending, oldestPending } = firewall.status();
    return { state, held, pending, oldest: oldestPending / SECOND };
  };
  return { firewall, firewalld, clock, busy, backlog, cuts };
}

test('the status counts what firewalld has not done yet, and how long the oldest of it waits', async () => {
  const { firewall, clock, busy, backlog } = await open();
  await firewall.ban(EARLY);
  assert.deepEqual(backlog(), { state: 'ready', held: 3, pending: 0, oldest: 0 });
  const release = busy();
  const banned = firewall.ban(STORM);
  await clock.advance(5 * SECOND);
  assert.deepEqual(backlog(), { state: 'ready', held: 3, pending: 300, oldest: 5 });
  const unbanned = firewall.unban(EARLY.slice(0, 1));
  await clock.advance(2 * SECOND);
  assert.deepEqual(backlog(), { state: 'ready', held: 2, pending: 301, oldest: 7 });
  release();
  await banned;
  await unbanned;
  assert.deepEqual(backlog(), { state: 'ready', held: 302, pending: 0, oldest: 0 });
  await firewall.close();
});

test('bans of this host wait for one call of firewalld, however many of the fleet came before them', async () => {
  const { firewall, firewalld, busy } = await open();
  const release = busy();
  const ofFleet = STORM.map((ban) => ({ ...ban, jail: 'fleet', origin: 'fleet' as const }));
  const fleet = [firewall.ban(ofFleet.slice(0, 8)), firewall.ban(ofFleet.slice(8))];
  await new Promise((resolve) => setImmediate(resolve));
  // One more of them attacks this host, too.
  const own = [...EARLY.slice(0, 1), ...STORM.slice(-1)].map((ban) =>
    firewall.ban([ban]).then(() => firewalld.kernel('f2b-drop-').size),
  );
  release();
  for (const held of await Promise.all(own)) assert.ok(held <= 3, `${held} are held before it`);
  await Promise.all(fleet);
  assert.equal(firewalld.kernel('f2b-drop-').size, 1 + STORM.length);
  await firewall.close();
});

test('a ban of this host that a wider one of the fleet takes the place of waits no longer for that', async () => {
  const { firewall, firewalld, busy } = await open();
  const release = busy();
  const ofFleet = (prefix: string) => ({ ...banOf(prefix, { jail: 'fleet' }), origin: 'fleet' as const });
  const others = Array.from({ length: 300 }, (_, index) => ofFleet(`10.${index >> 8}.${index & 255}.0/24`));
  const fleet = [firewall.ban(others.slice(0, 8)), firewall.ban(others.slice(8))];
  const own = firewall.ban([banOf('198.51.100.0/26')]).then(() => firewalld.kernel('f2b-drop-ipv4-net-').size);
  const outer = firewall.ban([ofFleet('198.51.0.0/16')]);
  release();
  const held = await own;
  assert.ok(held <= 2, `${held} are held before it`);
  await Promise.all([...fleet, outer]);
  assert.equal(firewalld.kernel('f2b-drop-ipv4-net-').size, 1 + others.length);
  await firewall.close();
});

test('at no moment of a storm does the status claim more than the kernel holds, or lose sight of a ban', async () => {
  const { firewall, firewalld, backlog } = await open();
  let looks = 0;
  const look = () => {
    looks += 1;
    const { held, pending } = backlog();
    assert.ok(held <= firewalld.kernel('f2b-drop-').size);
    assert.equal(held + pending, wanted);
  };
  let wanted = 0;
  firewalld.onKernelChange = look;
  const answers = [];
  for (let from = 0; from < STORM.length; from += 30) {
    wanted += 30;
    answers.push(firewall.ban(STORM.slice(from, from + 30)));
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    look();
  }
  await Promise.all(answers);
  look();
  assert.ok(looks > 15);
  assert.deepEqual(backlog(), { state: 'ready', held: 300, pending: 0, oldest: 0 });
  await firewall.close();
});

test('a ban that firewalld refuses is told of, and keeps no other ban waiting', async () => {
  const { firewall, firewalld, backlog } = await open();
  const nobody = banOf('0.0.0.0');
  const many = [...STORM.slice(0, 200), nobody, ...STORM.slice(200)];
  const before = firewalld.calls.length;
  await firewall.reconcile(many);
  const added = firewalld.calls.slice(before).filter((call) => call.startsWith('addEntry'));
  assert.deepEqual(added, [], 'all are written at once');
  await assert.rejects(firewall.ban([nobody]), { code: 'FIREWALL_REFUSED' });
  assert.deepEqual(backlog(), { state: 'ready', held: 300, pending: 0, oldest: 0 });
  assert.deepEqual(firewall.status().warnings, [
    'firewalld refuses 0.0.0.0: see its log, or lift the ban with f2bctl unban',
  ]);
  await firewall.unban([nobody]);
  assert.deepEqual(firewall.status().warnings, []);
  await firewall.close();
});

test('what firewalld refused is tried again by the next comparison', async () => {
  const { firewall, firewalld, backlog } = await open();
  firewalld.fate = (member) => (member === 'addEntry' ? 'failed' : 'done');
  await assert.rejects(firewall.ban(EARLY.slice(0, 1)), { code: 'FIREWALL_REFUSED' });
  assert.match(firewall.status().warnings.join(), /refuses 192\.0\.2\.1:/);
  assert.deepEqual(await firewall.reconcile(EARLY.slice(0, 1)), { added: 0, removed: 0 });
  firewalld.fate = () => 'done';
  assert.deepEqual(await firewall.reconcile(EARLY.slice(0, 1)), { added: 1, removed: 0 });
  assert.deepEqual(backlog(), { state: 'ready', held: 1, pending: 0, oldest: 0 });
  assert.deepEqual(firewall.status().warnings, []);
  await firewall.close();
});

test('a ban that ended before firewalld knew of it is forgotten: one that is put back later ends no connection', async () => {
  const { firewall, firewalld, cuts } = await open();
  const [one, two] = EARLY.map((ban) => [ban]);
  firewalld.crash();
  for (const bans of [one, two]) await assert.rejects(firewall.ban(bans ?? []), { code: 'FIREWALL_UNAVAILABLE' });
  await assert.rejects(firewall.reconcile(two ?? []), { code: 'FIREWALL_UNAVAILABLE' });
  firewalld.start();
  await firewall.reconcile(EARLY);
  assert.deepEqual(cuts, ['192.0.2.2']);
  await firewall.close();
});
