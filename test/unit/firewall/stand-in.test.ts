/** When the guard holds the bans itself, how long, and what the status says of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Firewalld } from '../../../src/firewall/firewalld.js';
import type { FirewalldBus } from '../../../src/firewall/firewalld-client.js';
import type { KernelAccess } from '../../../src/firewall/kernel.js';
import { type Claim, claimOf } from '../../../src/firewall/ledger.js';
import { StandIn } from '../../../src/firewall/stand-in.js';
import { banOf } from '../../contract/firewall.js';
import { FakeFirewalld } from '../../fakes/firewalld.js';
import { VirtualClock } from '../../virtual-clock.js';

const SECOND = 1_000_000;
const claims = (...texts: readonly string[]): readonly Claim[] => texts.map((text) => claimOf(banOf(text)));
const settle = () => new Promise((resolve) => setImmediate(resolve));

/** A kernel whose writes end when the test says so. */
function slowKernel() {
  const asked: string[][] = [];
  const ends: (() => void)[] = [];
  const guard = (standIn: Iterable<Claim> = []): Promise<boolean> => {
    asked.push([...standIn].map(({ address }) => address.text));
    return new Promise((resolve) => ends.push(() => resolve(true)));
  };
  const finish = async () => {
    ends.shift()?.();
    await settle();
  };
  return { asked, finish, kernel: { guard } };
}

/** A kernel that lets go of what is not renewed in time; `works` is whether nft can be used. */
class MortalKernel implements KernelAccess {
  readonly #clock: VirtualClock;
  readonly problem = undefined;
  works = true;
  writes = 0;
  #entries: readonly string[] = [];
  #until = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get entries(): readonly string[] {
    return this.#clock.now() < this.#until ? this.#entries : [];
  }

  async guard(standIn: Iterable<Claim> = [], seconds = 60): Promise<boolean> {
    if (!this.works) return false;
    this.writes += 1;
    this.#entries = [...standIn].map(({ address }) => address.text);
    this.#until = this.#clock.now() + seconds * SECOND;
    return true;
  }

  async look(): Promise<undefined> {}

  async prepareReload(): Promise<void> {}
}

function mortal(wanted: readonly Claim[]) {
  const clock = new VirtualClock();
  const kernel = new MortalKernel(clock);
  return { clock, kernel, standIn: new StandIn({ kernel, clock, claims: () => wanted, seconds: 60 }) };
}

test('changes while it is written are taken together, and the last word is what is wanted at the end', async () => {
  const { asked, finish, kernel } = slowKernel();
  let wanted = claims('192.0.2.1', '192.0.2.2');
  const standIn = new StandIn({ kernel, clock: new VirtualClock(), claims: () => wanted, seconds: 60 });
  standIn.changed();
  assert.deepEqual(asked, [], 'it does not stand in yet');
  standIn.begin();
  wanted = claims('192.0.2.2');
  standIn.changed();
  standIn.changed();
  assert.deepEqual(asked, [['192.0.2.1', '192.0.2.2']]);
  await finish();
  assert.deepEqual(asked.slice(1), [['192.0.2.2']]);
  standIn.end();
  standIn.end();
  await finish();
  await finish();
  assert.deepEqual(asked.slice(2), [[]]);
  assert.equal(standIn.held, 0);
});

test('it is renewed before the kernel lets go, for as long as it takes, and then nothing wakes the agent', async () => {
  const { clock, kernel, standIn } = mortal(claims('192.0.2.1'));
  standIn.begin();
  for (let second = 0; second < 600; second += 1) {
    await clock.advance(SECOND);
    assert.deepEqual(kernel.entries, ['192.0.2.1'], `after ${second} s`);
  }
  assert.equal(kernel.writes, 21);
  assert.equal(clock.armed.length, 1);
  standIn.end();
  await settle();
  assert.deepEqual(kernel.entries, []);
  assert.deepEqual([kernel.writes, clock.armed.length], [22, 0]);
});

test('a run of nft that fails is tried again while the kernel still holds what it was told before', async () => {
  const { clock, kernel, standIn } = mortal(claims('192.0.2.1'));
  standIn.begin();
  await settle();
  kernel.works = false;
  await clock.advance(31 * SECOND);
  assert.deepEqual([kernel.entries.length, standIn.held], [1, 0]);
  kernel.works = true;
  await clock.advance(30 * SECOND);
  assert.deepEqual([kernel.entries.length, standIn.held], [1, 1]);
});

test('once the agent ends, the kernel lets go', async () => {
  const { clock, kernel, standIn } = mortal(claims('192.0.2.1'));
  standIn.begin();
  await settle();
  standIn.close();
  assert.equal(clock.armed.length, 0);
  standIn.changed();
  await clock.advance(59 * SECOND);
  assert.equal(kernel.entries.length, 1);
  await clock.advance(SECOND);
  assert.deepEqual(kernel.entries, []);
});

test('with nothing to hold, or no kernel to hold it, nothing wakes the agent', async () => {
  const { clock, standIn } = mortal([]);
  standIn.begin();
  const without = new StandIn({ kernel: undefined, clock, claims: () => claims('192.0.2.1'), seconds: 60 });
  without.begin();
  await settle();
  assert.deepEqual([clock.armed.length, standIn.held, without.held], [0, 0, 0]);
});

test('no ban lapses, and the status tells who holds it, with a firewalld that is away or slow to come back', async () => {
  const clock = new VirtualClock();
  const kernel = new MortalKernel(clock);
  const firewalld = new FakeFirewalld();
  let free: Promise<void> = Promise.resolve();
  const bus: FirewalldBus = {
    onSignal: (signal, listener) => firewalld.onSignal(signal, listener),
    watchName: (name, listener) => firewalld.watchName(name, listener),
    call: (call) => free.then(() => firewalld.call(call)),
  };
  firewalld.start();
  const firewall = new Firewalld({ bus, clock, kernel, cutter: { cut: async () => {}, problem: undefined } });
  const wanted = [banOf('192.0.2.1'), banOf('192.0.2.2')];
  await firewall.reconcile(wanted);
  const told = () => {
    const { state, held, pending, notes = [] } = firewall.status();
    return [`${state}: ${held} held, ${pending} pending`, ...notes];
  };
  assert.deepEqual([told(), clock.armed.length], [['ready: 2 held, 0 pending'], 0]);
  const waiting = [
    'unavailable: 0 held, 2 pending',
    'the table inet f2b-guard holds 2 addresses until firewalld does, as long as f2bd runs',
  ];
  const staysWhole = async () => {
    for (let time = 0; time < 200; time += 10) {
      await clock.advance(10 * SECOND);
      assert.deepEqual([told(), kernel.entries], [waiting, ['192.0.2.1', '192.0.2.2']]);
    }
  };
  firewalld.crash();
  await staysWhole();
  let release = () => {};
  free = new Promise((resolve) => {
    release = resolve;
  });
  firewalld.start();
  await staysWhole();
  release();
  await firewall.reconcile(wanted);
  await settle();
  assert.deepEqual([told(), kernel.entries, clock.armed.length], [['ready: 2 held, 0 pending'], [], 0]);
  await firewall.close();
});
