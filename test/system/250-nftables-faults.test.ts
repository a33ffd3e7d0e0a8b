/** What can happen to the agent's table while bans are in force, and that none is lost or left behind by it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { type Ban, MANUAL_JAIL } from '../../src/core/ban.js';
import { FOREVER, MICROS_PER_SECOND } from '../../src/core/time.js';
import { Nft } from '../../src/firewall/nft.js';
import { createNftables } from '../../src/firewall/nftables/nftables.js';
import { OwnTable } from '../../src/firewall/nftables/own-table.js';
import { banOf } from '../support/ban-of.js';
import { wallClock } from '../support/bus-daemon.js';
import { next } from './firewalld-lab.js';
import { KernelWatch } from './kernel-watch.js';
import { eventually, Lab, labObstacle } from './lab.js';
import { elements, type OpenNftables, openNftables, timeOuts } from './nft-lab.js';

const skip = labObstacle() ?? false;

const PORTS = { jail: 'web', disposition: 'ports', ports: ['80/tcp', '443/tcp'] } as const;
const addresses = (count: number, net = 18) =>
  Array.from({ length: count }, (_, index) => `198.${net}.${index >> 8}.${index & 255}`);
const bansOf = (texts: readonly string[]): readonly Ban[] => texts.map((text) => banOf(text));
const WANTED = [
  ...bansOf([...addresses(40), '2001:db8:bad::1', '2001:db8:bad:1::/64', '203.0.113.0/24']),
  banOf('198.51.100.77', PORTS),
];
const HELD = WANTED.map(({ address }) => address.text).sort();

describe('nftables faults', { skip, timeout: 300_000 }, () => {
  let lab: Lab;
  let open: OpenNftables;
  before(async () => {
    lab = await Lab.create({ firewalld: false });
  });
  after(() => lab.remove());
  beforeEach(async () => {
    open = await openNftables(lab.hostNamespace);
    await open.firewall.reconcile(WANTED);
    assert.deepEqual(elements(lab), HELD);
  });
  afterEach(async () => {
    await open.firewall.close();
  });

  /** The kernel holds what is wanted, and the adapter knows it. */
  const isWhole = () =>
    eventually(() => {
      assert.deepEqual(elements(lab), HELD);
      const { state, held, pending } = open.firewall.status();
      assert.deepEqual({ state, held, pending }, { state: 'ready', held: WANTED.length, pending: 0 });
      assert.ok(WANTED.every((ban) => open.firewall.holds(ban)));
    });
  const nft = (...args: string[]) => lab.host('nft', ...args);
  const rules = () => nft('-t', 'list', 'table', 'inet', 'f2b').replaceAll(/(packets|bytes) \d+/g, '$1 0');

  for (const [what, command] of [
    ['the whole ruleset was flushed', ['flush', 'ruleset']],
    ['the table was deleted', ['delete', 'table', 'inet', 'f2b']],
    ['its base chain was flushed', ['flush', 'chain', 'inet', 'f2b', 'prerouting']],
    ['the rules of a disposition were flushed', ['flush', 'chain', 'inet', 'f2b', 'dropped']],
  ] as const) {
    test(`after ${what}, all is back at once, and the listener heard of it`, async () => {
      const intact = rules();
      const lost = next(open.firewall, 'lost');
      const ready = next(open.firewall, 'ready');
      nft(...command);
      await lost;
      await ready;
      await isWhole();
      assert.deepEqual(sorted(rules()), sorted(intact));
      assert.deepEqual(await open.firewall.reconcile(WANTED), { added: WANTED.length, removed: 0 });
      assert.deepEqual(await open.firewall.reconcile(WANTED), { added: 0, removed: 0 });
      assert.deepEqual(open.changes, ['ready', 'lost', 'ready']);
    });
  }

  for (const [what, commands] of [
    ['a rule of somebody else that lets all through', ['insert rule inet f2b prerouting accept']],
    ['a set, a chain and a map of somebody else', ['add set inet f2b x { type ipv4_addr; }', 'add chain inet f2b y']],
    ['the table switched off', ['add table inet f2b { flags dormant; }']],
  ] as const) {
    test(`${what}: the next reconcile puts the table right`, async () => {
      const intact = rules();
      for (const command of commands) nft(command);
      assert.notEqual(rules(), intact);
      await open.firewall.reconcile(WANTED);
      assert.deepEqual(sorted(rules()), sorted(intact));
      await isWhole();
    });
  }

  test('an element removed by hand is put back by the next reconcile, a foreign one removed, and both are counted', async () => {
    nft('delete', 'element', 'inet', 'f2b', 'drop-ipv4', '{ 198.18.0.7, 198.18.0.8 }');
    nft('add', 'element', 'inet', 'f2b', 'drop-ipv4', '{ 198.51.100.1 }');
    nft('add', 'element', 'inet', 'f2b', 'drop-ipv6-64', '{ 2001:db8:bad:2:: }');
    nft('add', 'element', 'inet', 'f2b', 'drop-ipv4-24', '{ 192.88.99.0 }');
    assert.deepEqual(await open.firewall.reconcile(WANTED), { added: 2, removed: 3 });
    await isWhole();
  });

  test('a ban that finds its set gone is made all the same', async () => {
    nft('flush', 'ruleset');
    await open.firewall.ban(bansOf(['192.0.2.99']));
    assert.ok(elements(lab).includes('192.0.2.99'));
    await open.firewall.unban(bansOf(['192.0.2.99']));
    await isWhole();
  });

  test('an element whose time-out came before its unban is no hindrance', async () => {
    nft('delete', 'element', 'inet', 'f2b', 'drop-ipv4', '{ 198.18.0.7 }');
    await open.firewall.unban(bansOf(['198.18.0.7', '198.18.0.8']));
    assert.deepEqual(
      elements(lab),
      HELD.filter((text) => text !== '198.18.0.7' && text !== '198.18.0.8'),
    );
    await open.firewall.ban(bansOf(['198.18.0.7', '198.18.0.8']));
    await isWhole();
  });

  test('a new agent takes the bans up as they are, and sets of ports that no jail closes any more go', async () => {
    await open.firewall.close();
    open = await openNftables(lab.hostNamespace);
    assert.deepEqual(await open.firewall.reconcile(WANTED), { added: 0, removed: 0 });
    await open.firewall.close();
    open = await openNftables(lab.hostNamespace);
    const others = WANTED.filter(({ disposition }) => disposition !== 'ports');
    assert.deepEqual(await open.firewall.reconcile(others), { added: 0, removed: 1 });
    assert.doesNotMatch(rules(), /ports-/);
  });

  test('a monitor that was killed begins again and sees what it missed', async () => {
    const watching = () => lab.processes('nft -j monitor');
    const [first] = watching();
    assert.ok(first !== undefined);
    process.kill(first, 'SIGKILL');
    nft('flush', 'ruleset');
    await isWhole();
    const [second] = await eventually(() => {
      const found = watching();
      assert.equal(found.length, 1);
      return found;
    });
    assert.notEqual(second, first);
    nft('flush', 'ruleset');
    await isWhole();
  });

  test('elements end by themselves after their bans, permanent ones never, and a ban that lasts longer has a new end', async () => {
    const until = (seconds: number) => wallClock.now() + seconds * MICROS_PER_SECOND;
    const short = { ...banOf('192.0.2.99'), until: until(600) };
    const permanent = { ...banOf('192.0.2.98'), until: FOREVER };
    await open.firewall.ban([short, permanent]);
    const isNear = (text: string, seconds: number) => Math.abs((timeOuts(lab).get(text) ?? 0) - seconds) < 15;
    assert.ok(isNear('192.0.2.99', 660));
    assert.equal(timeOuts(lab).get('192.0.2.98'), undefined);
    await open.firewall.ban([{ ...short, until: until(3600) }]);
    assert.ok(isNear('192.0.2.99', 3660));
    // Of two bans the longer one counts.
    await open.firewall.ban([{ ...short, jail: MANUAL_JAIL.repeat(2), until: until(7200) }]);
    assert.ok(isNear('192.0.2.99', 7260));
    await open.firewall.reconcile([...WANTED, short]);
    assert.ok(isNear('192.0.2.99', 660));
  });

  for (const [what, command, code] of [
    ['no nft', ['/nonexistent/nft'], 'NFT_MISSING'],
    ['an nft without JSON', ['sh', '-c', 'echo "nftables v0.8.1 (x)"'], 'NFT_UNSUITABLE'],
    ['no right to change anything', ['setpriv', '--bounding-set=-all', '--inh-caps=-all', 'nft'], 'NFT_DENIED'],
  ] as const) {
    test(`with ${what}, bans are refused with the reason and kept`, async () => {
      const inside = code === 'NFT_DENIED' ? ['ip', 'netns', 'exec', lab.hostNamespace, ...command] : command;
      const firewall = createNftables({ clock: wallClock, table: new OwnTable(new Nft({ command: inside })) });
      await firewall.opened();
      await assert.rejects(firewall.reconcile(WANTED), { code });
      await assert.rejects(firewall.ban(bansOf(['192.0.2.99'])), { code });
      const { state, held, pending, problem = '' } = firewall.status();
      assert.deepEqual([state, held, pending], ['unavailable', 0, WANTED.length + 1]);
      assert.match(problem, /nft/);
      await firewall.close();
    });
  }

  test('a folder in memory that somebody filled keeps no ban from being made', async () => {
    const full = mkdtempSync(join(tmpdir(), 'f2b-full-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'f2b-full', full]);
    try {
      writeFileSync(join(full, 'ballast'), Buffer.alloc(64 * 1024));
      const command = ['ip', 'netns', 'exec', lab.hostNamespace, 'nft'];
      const firewall = createNftables({
        clock: wallClock,
        table: new OwnTable(new Nft({ command, scratch: full })),
      });
      await firewall.opened();
      await firewall.reconcile(WANTED);
      await firewall.ban(bansOf(['192.0.2.99']));
      assert.ok(elements(lab).includes('192.0.2.99'));
      await firewall.close();
    } finally {
      execFileSync('umount', [full]);
      rmSync(full, { recursive: true });
    }
  });

  test('nft that works again gets all that was asked for meanwhile', async () => {
    const gate = `/run/f2b-nft-${process.pid}`;
    const script = `[ ! -e ${gate} ] && exec nft "$@"; echo 'Error: closed' >&2; exit 1`;
    const nftCommand = new Nft({ command: ['ip', 'netns', 'exec', lab.hostNamespace, 'sh', '-c', script, 'nft'] });
    const firewall = createNftables({ clock: wallClock, table: new OwnTable(nftCommand) });
    await firewall.opened();
    await firewall.reconcile(WANTED);
    execFileSync('touch', [gate]);
    try {
      await assert.rejects(firewall.ban(bansOf(['192.0.2.99'])), { code: 'NFT_FAILED' });
      assert.equal(firewall.status().state, 'unavailable');
      assert.equal(firewall.holds(banOf('192.0.2.99')), false);
    } finally {
      execFileSync('rm', [gate]);
    }
    await next(firewall, 'ready');
    await eventually(() => assert.ok(firewall.holds(banOf('192.0.2.99'))));
    assert.ok(elements(lab).includes('192.0.2.99'));
    await firewall.close();
  });

  test('in a storm of a thousand and a restore of twenty thousand, no confirmed ban leaves the kernel', async () => {
    const watch = new KernelWatch(lab, 'drop-ipv4');
    const old = addresses(20_000, 19);
    const restored = open.firewall.reconcile([...WANTED, ...bansOf(old)]).then(() => watch.expect(old.slice(0, 50)));
    const storm = addresses(1_000, 51);
    await Promise.all(storm.map((text) => open.firewall.ban([banOf(text)]).then(() => watch.expect([text]))));
    await restored;
    await open.firewall.reconcile([...WANTED, ...bansOf([...old, ...storm])]);
    await open.firewall.unban(bansOf(old.slice(1_000)));
    const gone = storm.slice(500);
    watch.release(gone);
    await Promise.all(gone.map((text) => open.firewall.unban([banOf(text)])));
    nft('insert', 'rule', 'inet', 'f2b', 'prerouting', 'accept');
    await open.firewall.reconcile([...WANTED, ...bansOf([...old.slice(0, 1_000), ...storm.slice(0, 500)])]);
    assert.deepEqual(await watch.stop(), []);
    assert.ok(watch.polls > 0);
    assert.equal(elements(lab).length, WANTED.length + 1_500);
  });
});

function sorted(text: string): readonly string[] {
  return text.split('\n').sort();
}
