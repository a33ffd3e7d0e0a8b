/** The table beside firewalld: when it holds what, what happens while nft fails, and what the status says of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FirewalldBus } from '../../../../src/firewall/firewalld/client.js';
import { createFirewalld } from '../../../../src/firewall/firewalld/firewalld.js';
import { FakeFirewalld } from '../../../fakes/firewalld.js';
import { FakeTable } from '../../../fakes/own-table.js';
import { banOf } from '../../../support/ban-of.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const SECOND = 1_000_000;
const killer = { cut: async () => {}, problem: undefined };
const settle = async () => {
  for (let turn = 0; turn < 600; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

async function opened() {
  const [clock, firewalld, table] = [new VirtualClock(), new FakeFirewalld(), new FakeTable('f2b-guard')];
  firewalld.start();
  let free: Promise<void> = Promise.resolve();
  /** firewalld answers no call until what this returns is called. */
  const busy = () => {
    let answer = () => {};
    free = new Promise((resolve) => {
      answer = resolve;
    });
    return () => answer();
  };
  const bus: FirewalldBus = {
    onSignal: (signal, listener) => firewalld.onSignal(signal, listener),
    watchName: (name, listener) => firewalld.watchName(name, listener),
    call: (call) => free.then(() => firewalld.call(call)),
  };
  const firewall = createFirewalld({ bus, clock, guard: table, killer });
  await firewall.opened();
  await firewall.reconcile([]);
  const told = () => {
    const { state, held, pending, notes = [], warnings } = firewall.status();
    return [`${state}: ${held} held, ${pending} pending`, ...notes, ...warnings];
  };
  return { clock, firewalld, table, firewall, told, busy };
}

const [ONE, TWO] = [banOf('192.0.2.1'), banOf('192.0.2.2')];

test('a confirmed ban is in firewalld and in the guard, a lifted one in neither', async () => {
  const { firewall, firewalld, table } = await opened();
  await firewall.ban([ONE, TWO]);
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.1', 'drop-ipv4 192.0.2.2']);
  assert.equal(firewalld.kernel('f2b-').size, 2);
  await firewall.unban([ONE]);
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.2']);
  await firewall.close();
});

test('firewalld is asked before nft is started', async () => {
  const { firewall, firewalld, table } = await opened();
  await settle();
  const order: string[] = [];
  firewalld.fate = (member) => {
    order.push(member);
    return 'done';
  };
  table.fate = () => {
    order.push('nft');
    return 'done';
  };
  await firewall.ban([ONE]);
  assert.deepEqual(order.slice(0, 2), ['addEntry', 'nft']);
  await firewall.close();
});

test('nft waits for a quick firewalld, and not for one that was slow the last time', async () => {
  const { clock, firewalld, table, firewall, busy } = await opened();
  await settle();
  const answer = busy();
  const banned = [firewall.ban([ONE])];
  await settle();
  assert.deepEqual(table.all(), []);
  await clock.advance(SECOND);
  await settle();
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.1']);
  banned.push(firewall.ban([TWO]));
  await settle();
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.1', 'drop-ipv4 192.0.2.2']);
  answer();
  await Promise.all(banned);
  assert.equal(firewalld.kernel('f2b-').size, 2);
  await firewall.close();
});

test('bans that come while nft runs are taken together by its next run', async () => {
  const { firewall, table } = await opened();
  let runs = 0;
  table.fate = () => {
    runs += 1;
    return 'done';
  };
  const bans = Array.from({ length: 200 }, (_, index) => banOf(`198.18.0.${index}`));
  await Promise.all(bans.map((ban) => firewall.ban([ban])));
  assert.equal(table.all().length, 200);
  assert.ok(runs <= 3, `${runs} runs`);
  await firewall.close();
});

test('no ban lapses while firewalld is away or forgets its sets, and the status tells who holds it', async () => {
  const { clock, firewall, firewalld, table, told } = await opened();
  await firewall.ban([ONE, TWO]);
  assert.deepEqual(told(), ['ready: 2 held, 0 pending']);
  firewalld.crash();
  await clock.advance(600 * SECOND);
  assert.deepEqual(told(), [
    'unavailable: 0 held, 2 pending',
    'the table inet f2b-guard holds 2 addresses until firewalld does',
  ]);
  assert.equal(table.all().length, 2);
  await assert.rejects(firewall.unban([ONE]), { code: 'FIREWALL_UNAVAILABLE' });
  await settle();
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.2']);
  firewalld.start();
  await settle();
  assert.deepEqual(told(), ['ready: 1 held, 0 pending']);
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.2']);
  await firewall.close();
});

test('a guard that somebody flushes is back at once, and whoever listens may ask for a comparison of the rest', async () => {
  const { clock, firewall, firewalld, table } = await opened();
  const changes: string[] = [];
  firewall.onChange((change) => changes.push(change));
  await firewall.ban([ONE]);
  table.flush();
  await settle();
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.1']);
  assert.deepEqual(changes, ['lost', 'ready']);
  assert.equal(clock.armed.length, 0, 'nothing wakes the agent');
  firewalld.crash();
  table.flush();
  await settle();
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.1']);
  assert.deepEqual(changes, ['lost', 'ready', 'lost'], 'firewalld is not there');
  await firewall.close();
});

test('while nft fails, bans and their ends go on in firewalld, it is told, and the guard catches up', async () => {
  const { clock, firewall, table, told } = await opened();
  await firewall.ban([ONE]);
  table.fate = () => 'refused';
  await firewall.ban([TWO]);
  await firewall.unban([ONE]);
  const [state, warning] = told();
  assert.equal(state, 'ready: 1 held, 0 pending');
  assert.match(warning ?? '', /forwarded ports.*while firewalld reloads, and lifted ones may go on.*inet f2b-guard/);
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.1']);
  await firewall.reconcile([TWO]);
  table.fate = () => 'done';
  await clock.advance(60 * SECOND);
  await settle();
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.2']);
  assert.deepEqual(told(), ['ready: 1 held, 0 pending']);
  assert.equal(clock.armed.length, 0, 'nothing wakes the agent');
  await firewall.close();
});

test('a ban that lasts longer gets a later end in the guard, too', async () => {
  const { clock, firewall, table } = await opened();
  const until = (seconds: number) => clock.now() + seconds * SECOND;
  await firewall.ban([{ ...ONE, until: until(600) }]);
  assert.equal(table.timeout('drop-ipv4', '192.0.2.1'), 660);
  await firewall.ban([{ ...ONE, until: until(3600) }]);
  assert.equal(table.timeout('drop-ipv4', '192.0.2.1'), 3660);
  await firewall.close();
});

test('an nft that hangs delays one answer by some seconds, and then none', async () => {
  const { clock, firewall, firewalld, table } = await opened();
  const apply = table.apply.bind(table);
  let release = () => {};
  const hanging = new Promise<void>((resolve) => {
    release = resolve;
  });
  table.apply = async (commands) => {
    await hanging;
    await apply(commands);
  };
  let isAnswered = false;
  const answer = firewall.ban([ONE]).then(() => {
    isAnswered = true;
  });
  await settle();
  assert.ok(firewalld.kernel('f2b-').has('192.0.2.1') && !isAnswered);
  await clock.advance(5 * SECOND);
  await answer;
  await firewall.ban([TWO]);
  assert.deepEqual(table.all(), []);
  release();
  await settle();
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.1', 'drop-ipv4 192.0.2.2']);
  await firewall.close();
});

test('an nft that fails while firewalld is still busy harms nobody', async () => {
  const { clock, firewall, firewalld, table } = await opened();
  await settle();
  const call = firewalld.call.bind(firewalld);
  let release = () => {};
  const busy = new Promise<void>((resolve) => {
    release = resolve;
  });
  firewalld.call = (asked) => busy.then(() => call(asked));
  table.fate = () => 'refused';
  const answers = Promise.all([firewall.ban([ONE]), firewall.reconcile([ONE])]);
  await settle();
  release();
  await answers;
  table.fate = () => 'done';
  await clock.advance(60 * SECOND);
  await settle();
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.1']);
  await firewall.close();
});

test('who asks when the agent stops, or after, is answered', async () => {
  const { firewall, firewalld } = await opened();
  firewalld.fate = () => 'ignored';
  const asked = firewall.ban([ONE]);
  const closed = firewall.close();
  const late = firewall.ban([TWO]);
  await closed;
  for (const answer of [asked, late]) await assert.rejects(answer, { code: 'FIREWALL_UNAVAILABLE' });
});
