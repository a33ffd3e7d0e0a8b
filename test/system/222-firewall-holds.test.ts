/** That what was confirmed stays in the kernel, and that the status tells the truth, while firewalld is in trouble. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Ban } from '../../src/core/ban.js';
import { MICROS_PER_SECOND } from '../../src/core/time.js';
import { GUARD_TABLE } from '../../src/firewall/firewalld/guard-table.js';
import { banOf } from '../support/ban-of.js';
import { wallClock } from '../support/bus-daemon.js';
import type { Endpoint, Reach } from '../support/endpoint.js';
import { labWithPeer, type OpenFirewall, openHolding } from './firewalld-lab.js';
import { KernelWatch } from './kernel-watch.js';
import { eventually, HOST, type Lab, labObstacle, PEERS } from './lab.js';
import { elements, timeOuts } from './nft-lab.js';

const skip = labObstacle() ?? false;

const ATTACKER = PEERS.ipv4[0];
const range = (third: number, count: number) =>
  Array.from({ length: count }, (_, index) => `198.18.${third + (index >> 8)}.${index & 255}`);
const WANTED: readonly string[] = [
  ATTACKER,
  ...range(0, 40),
  '2001:db8:bad::1',
  '2001:db8:bad:1::/64',
  '203.0.113.0/24',
].sort();
const SINGLE = WANTED.filter((text) => !text.includes('/'));
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
    test(`${what} of firewalld lets no packet of a banned address through, and all are back after it`, async (t) => {
      await watch.stop();
      watch = new KernelWatch(lab, 'drop-');
      watch.expect(SINGLE);
      const tries: Promise<Reach>[] = [];
      const knocking = setInterval(() => tries.push(peer.reach(ATTACKER, HOST.ipv4, 22)), 20);
      await truthfully(async () => {
        await happen();
        await isWhole();
      });
      clearInterval(knocking);
      const ends = await Promise.all(tries);
      t.diagnostic(`${ends.length} connections tried, ${watch.polls} polls of the guard`);
      assert.ok(ends.length > 20 && watch.polls > 5);
      assert.deepEqual([...new Set(ends)], ['silent']);
      assert.deepEqual(await watch.stop(), []);
      assert.equal(await peer.reach(PEERS.ipv4[1], HOST.ipv4, 22), 'open');
    });
  }

  test('while firewalld is stopped, the guard holds the bans, lets go what is unbanned, and says so', async () => {
    const [freed = '', ...rest] = WANTED;
    await lab.stopFirewalld();
    assert.deepEqual([lab.kernelSets(), elements(lab, GUARD_TABLE)], [[], WANTED]);
    assert.equal(await peer.reach(ATTACKER, HOST.ipv4, 22), 'silent');
    await eventually(() => assert.equal(open.firewall.status().state, 'unavailable'));
    const { held, notes = [] } = open.firewall.status();
    assert.equal(held, 0);
    assert.match(notes.join(), /f2b-guard holds 44 addresses until firewalld does/);
    await assert.rejects(open.firewall.unban(bansOf([freed])), { code: 'FIREWALL_UNAVAILABLE' });
    await eventually(() => assert.deepEqual(elements(lab, GUARD_TABLE), rest));
    await lab.startFirewalld();
    await isWhole(rest);
    await eventually(() => assert.deepEqual(open.firewall.status().notes, []));
    assert.deepEqual(elements(lab, GUARD_TABLE), rest);
  });

  test('a ban while firewalld is stopped is in force at once, and reported as pending', async () => {
    const late = PEERS.ipv4[2];
    await lab.stopFirewalld();
    await eventually(() => assert.equal(open.firewall.status().state, 'unavailable'));
    assert.equal(await peer.reach(late, HOST.ipv4, 22), 'open');
    await assert.rejects(open.firewall.ban(bansOf([late])), { code: 'FIREWALL_UNAVAILABLE' });
    await eventually(() => assert.ok(elements(lab, GUARD_TABLE).includes(late)));
    assert.equal(await peer.reach(late, HOST.ipv4, 22), 'silent');
    assert.equal(open.firewall.holds(banOf(late)), false);
    await lab.startFirewalld();
    await isWhole([...WANTED, late]);
  });

  test('without firewalld and without the agent, each ban holds until the kernel lets go of it by itself', async () => {
    await watch.stop();
    const until = wallClock.now() + 600 * MICROS_PER_SECOND;
    await open.firewall.ban([{ ...banOf(ATTACKER), until }]);
    await lab.stopFirewalld();
    await open.firewall.close();
    assert.deepEqual(elements(lab, GUARD_TABLE), WANTED);
    assert.equal(await peer.reach(ATTACKER, HOST.ipv4, 22), 'silent');
    const ends = timeOuts(lab);
    assert.ok(WANTED.every((text) => (ends.get(text.replace(/\/.*/, '')) ?? Number.POSITIVE_INFINITY) <= 660));
    assert.ok((ends.get(ATTACKER) ?? 0) > 600, 'not before the ban ends');
    await lab.startFirewalld();
  });

  test('the guard has the same effect as firewalld: reject, ports, prefixes and IPv6', async () => {
    const six = PEERS.ipv6[2];
    const four = PEERS.ipv4[2];
    const others = [
      banOf(six, { disposition: 'reject' }),
      banOf(four, { disposition: 'ports', ports: ['22/tcp', '1000-2000/udp'] }),
      banOf('203.0.113.128/25', { jail: 'web' }),
    ];
    await open.firewall.reconcile([...wanted, ...others]);
    await lab.stopFirewalld();
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
