/** That what was confirmed stays in the kernel, and that the status tells the truth, while firewalld is in trouble. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, type TestContext, test } from 'node:test';
import type { Ban } from '../../src/core/ban.js';
import { banOf } from '../contract/firewall.js';
import type { Endpoint } from './endpoint.js';
import { labWithPeer, type OpenFirewall, openFirewall, openHolding } from './firewalld-lab.js';
import { KernelWatch } from './kernel-watch.js';
import { eventually, HOST, type Lab, labObstacle, PEERS } from './lab.js';

const skip = labObstacle() ?? false;

const ATTACKER = PEERS.ipv4[0];
const range = (third: number, count: number) =>
  Array.from({ length: count }, (_, index) => `198.18.${third + (index >> 8)}.${index & 255}`);
const WANTED = [ATTACKER, ...range(0, 40), '2001:db8:bad::1', '2001:db8:bad:1::/64', '203.0.113.0/24'].sort();
const bansOf = (texts: readonly string[]): readonly Ban[] => texts.map((text) => banOf(text));
const wanted = bansOf(WANTED);

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('confirmed bans', { skip, timeout: 600_000 }, () => {
  let lab: Lab;
  let open: OpenFirewall;
  let peer: Endpoint;
  let watch: KernelWatch;
  before(async () => {
    ({ lab, peer } = await labWithPeer());
  });
  after(() => lab.remove());
  beforeEach(async () => {
    open = await openHolding(lab, WANTED);
    watch = new KernelWatch(lab);
    watch.expect(WANTED);
  });
  afterEach(async () => {
    await watch.stop();
    await open.firewall.close();
  });

  /** Everything is held, and the status says so. */
  const isWhole = async (texts: readonly string[] = WANTED) => {
    await eventually(() => {
      const { state, held, pending, warnings } = open.firewall.status();
      assert.deepEqual([state, held, pending, warnings], ['ready', texts.length, 0, []]);
    }, 60);
    await eventually(() => assert.deepEqual(lab.kernelSets(), [...texts].sort()));
  };

  /** While `happen` goes on, each ban is held or pending, and none is held by a firewalld that is away. */
  async function truthfully(happen: () => Promise<void>): Promise<void> {
    const lies = new Set<string>();
    const look = () => {
      const { state, held, pending, problem } = open.firewall.status();
      if (held + pending < WANTED.length) lies.add(`${held} held and ${pending} pending of ${WANTED.length}`);
      if (state === 'unavailable' && (held > 0 || problem === undefined)) lies.add(`away, with ${held} held`);
      if (wanted.filter((ban) => open.firewall.holds(ban)).length > held) lies.add('holds more than it says');
    };
    const timer = setInterval(look, 10);
    try {
      await happen();
    } finally {
      clearInterval(timer);
    }
    assert.deepEqual([...lies], []);
  }

  test('a poll of the kernel never misses one while hundreds of others come and go', async (t) => {
    const others = bansOf(range(4, 300));
    const few = bansOf(range(8, 5));
    await truthfully(async () => {
      for (let round = 0; round < 2; round += 1) {
        await Promise.all([open.firewall.ban(others), ...few.map((ban) => open.firewall.ban([ban]))]);
        await open.firewall.reconcile([...wanted, ...others.slice(0, 150)]);
        await open.firewall.reconcile(wanted);
      }
    });
    const gaps = await watch.stop();
    t.diagnostic(`${watch.polls} polls`);
    assert.deepEqual(gaps, []);
    await isWhole();
  });

  /** How long the kernel was without them, and whether a packet came through meanwhile; for people to read. */
  async function measure(t: TestContext, what: string, happen: () => Promise<void>): Promise<void> {
    const tries: Promise<string>[] = [];
    const start = performance.now();
    let isOver = false;
    const knocking = (async () => {
      while (!isOver) {
        tries.push(peer.reach(ATTACKER, HOST.ipv4, 22));
        await sleep(20);
      }
    })();
    await truthfully(async () => {
      await happen();
      t.diagnostic(`${what}: done by firewalld after ${Math.round(performance.now() - start)} ms`);
      await isWhole();
    });
    isOver = true;
    await knocking;
    const [longest] = await watch.stop();
    const reached = (await Promise.all(tries)).filter((reach) => reach === 'open').length;
    t.diagnostic(`${what}: not in the kernel's sets for ${Math.round(longest?.milliseconds ?? 0)} ms at most`);
    t.diagnostic(`${what}: ${reached} of ${tries.length} connections of a banned address came through`);
  }

  for (const [what, happen] of [
    ['a reload', () => lab.reload()],
    [
      'a restart',
      async () => {
        await lab.stopFirewalld();
        await lab.startFirewalld();
      },
    ],
    [
      'kill -9 and a start',
      async () => {
        await lab.stopFirewalld('SIGKILL');
        await lab.startFirewalld();
      },
    ],
  ] as const) {
    test(`after ${what} of firewalld all are back, and the gap is measured`, async (t) => {
      await measure(t, what, happen);
    });
  }

  test('while firewalld is stopped, the guard stands in for it, lets go what is unbanned, and says so', async () => {
    const [freed = '', ...rest] = WANTED;
    await lab.stopFirewalld();
    await eventually(() => assert.deepEqual(lab.kernelSets(), WANTED));
    assert.equal(await peer.reach(ATTACKER, HOST.ipv4, 22), 'silent');
    const { state, held, notes = [] } = open.firewall.status();
    assert.deepEqual([state, held], ['unavailable', 0]);
    assert.match(notes.join(), /f2b-guard holds 44 addresses until firewalld does, as long as f2bd runs/);
    await assert.rejects(open.firewall.unban(bansOf([freed])), { code: 'FIREWALL_UNAVAILABLE' });
    await eventually(() => assert.deepEqual(lab.kernelSets(), rest));
    const list = lab.host('nft', 'list', 'table', 'inet', 'f2b-guard');
    assert.match(list, /timeout 1m/, 'the kernel itself lets go of them');
    await lab.startFirewalld();
    await isWhole(rest);
    assert.doesNotMatch(lab.host('nft', 'list', 'table', 'inet', 'f2b-guard'), /set f2b-/);
  });

  test('a firewalld that stays away lets no banned address in as long as the agent runs, and for a moment after', async () => {
    await watch.stop();
    await open.firewall.close();
    open = await openFirewall(lab, { keptSeconds: 4 });
    await open.firewall.reconcile(wanted);
    await lab.stopFirewalld();
    await eventually(() => assert.deepEqual(lab.kernelSets(), WANTED));
    watch = new KernelWatch(lab);
    watch.expect(WANTED);
    const over = performance.now() + 10_000;
    while (performance.now() < over) {
      assert.equal(await peer.reach(ATTACKER, HOST.ipv4, 22), 'silent');
      assert.equal(open.firewall.status().pending, WANTED.length);
    }
    assert.deepEqual(await watch.stop(), []);
    await open.firewall.close();
    await eventually(() => assert.deepEqual(lab.kernelSets(), []));
    assert.equal(await peer.reach(ATTACKER, HOST.ipv4, 22), 'open');
    await lab.startFirewalld();
  });

  test('the guard stands in with the same effect: reject, ports, prefixes and IPv6', async () => {
    const six = PEERS.ipv6[2];
    const four = PEERS.ipv4[2];
    const others = [
      banOf(six, { disposition: 'reject' }),
      banOf(four, { disposition: 'ports', ports: ['22/tcp', '1000-2000/udp'] }),
      banOf('203.0.113.128/25', { jail: 'web' }),
    ];
    await open.firewall.reconcile([...wanted, ...others]);
    await lab.stopFirewalld();
    await eventually(() => assert.ok(lab.kernelSets().includes(banOf(six).address.text)));
    assert.equal(await peer.reach(six, HOST.ipv6, 22), 'refused');
    assert.equal(await peer.reach(four, HOST.ipv4, 22), 'refused');
    assert.equal(await peer.reach(PEERS.ipv4[1], HOST.ipv4, 22), 'open');
    await lab.startFirewalld();
    await eventually(() => open.firewall.reconcile(wanted));
    await isWhole();
  });

  test('with a firewalld that takes five seconds for each call, bans wait, are told of as pending, and are made', async () => {
    const { firewalldProcess } = lab;
    let isSlow = true;
    const rhythm = (async () => {
      while (isSlow) {
        firewalldProcess.kill('SIGSTOP');
        await sleep(5_000);
        firewalldProcess.kill('SIGCONT');
        await sleep(30);
      }
    })();
    const late = [...range(12, 3), '2001:db8:bad::3'];
    const [gone = ''] = WANTED;
    await truthfully(async () => {
      await sleep(100);
      const answers = [...bansOf(late).map((ban) => open.firewall.ban([ban]))];
      assert.equal(open.firewall.status().pending, late.length);
      await sleep(1_000);
      assert.ok(open.firewall.status().oldestPending > 900_000);
      await Promise.all(answers);
    });
    await watch.stop();
    await open.firewall.unban(bansOf([gone]));
    isSlow = false;
    await rhythm;
    await isWhole([...WANTED.filter((text) => text !== gone), ...late]);
  });

  test('a firewalld that never answers is told of, and all is well when it does', async () => {
    const { firewalldProcess } = lab;
    firewalldProcess.kill('SIGSTOP');
    const answer = open.firewall.ban(bansOf(['192.0.2.99']));
    try {
      await truthfully(async () => {
        await assert.rejects(answer, { code: 'FIREWALL_UNAVAILABLE' });
      });
      const { state, held, pending, problem } = open.firewall.status();
      assert.deepEqual([state, held, pending], ['unavailable', 0, WANTED.length + 1]);
      assert.match(problem ?? '', /does not answer/);
      assert.deepEqual(await watch.stop(), [], 'what was there is there');
    } finally {
      firewalldProcess.kill('SIGCONT');
    }
    await isWhole([...WANTED, '192.0.2.99']);
  });

  test('a zone that was deleted as a whole is made again, with one reload that is announced', async () => {
    for (const layer of ['usr', 'etc'])
      rmSync(join(lab.configuration, layer, 'zones', 'f2b-drop.xml'), { force: true });
    await lab.reload();
    await isWhole();
    await eventually(() => assert.match(lab.firewallCmd('--get-active-zones'), /f2b-drop/));
    assert.equal(open.announcements.length, 1);
    assert.equal(await peer.reach(ATTACKER, HOST.ipv4, 22), 'silent');
  });
});
