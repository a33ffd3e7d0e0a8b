/** What can happen to firewalld while bans are in force, and that none is lost or left behind by it. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Ban } from '../../src/core/ban.js';
import { banOf } from '../support/ban-of.js';
import { next, type OpenFirewall, openHolding } from './firewalld-lab.js';
import { eventually, Lab, labObstacle } from './lab.js';

const skip = labObstacle() ?? false;

const addresses = (count: number) => Array.from({ length: count }, (_, index) => `198.18.${index >> 8}.${index & 255}`);
const bansOf = (texts: readonly string[]): readonly Ban[] => texts.map((text) => banOf(text));
const WANTED = [...addresses(40), '2001:db8:bad::1', '2001:db8:bad:1::/64', '203.0.113.0/24'].sort();

describe('firewalld faults', { skip, timeout: 300_000 }, () => {
  let lab: Lab;
  let open: OpenFirewall;
  before(async () => {
    lab = await Lab.create();
  });
  after(() => lab.remove());
  beforeEach(async () => {
    open = await openHolding(lab, WANTED);
  });
  afterEach(async () => {
    await open.firewall.close();
  });

  /** The kernel holds what is wanted, and the adapter knows it. */
  const isWhole = (wanted: readonly string[] = WANTED) =>
    eventually(() => {
      assert.deepEqual(lab.kernelSets(), wanted);
      const { state, held, pending } = open.firewall.status();
      assert.deepEqual({ state, held, pending }, { state: 'ready', held: wanted.length, pending: 0 });
      assert.ok(bansOf(wanted).every((ban) => open.firewall.holds(ban)));
    });

  for (const [what, happen] of [
    ['a reload', () => lab.firewallCmd('--reload')],
    ['a complete reload', () => lab.firewallCmd('--complete-reload')],
    ['log-denied switched on', () => lab.firewallCmd('--set-log-denied=all')],
    ['log-denied switched off', () => lab.firewallCmd('--set-log-denied=off')],
  ] as const) {
    test(`after ${what}, all bans are back, and the listener heard of it`, async () => {
      const lost = next(open.firewall, 'lost');
      const ready = next(open.firewall, 'ready');
      happen();
      await lost;
      await ready;
      await isWhole();
      assert.deepEqual(open.changes.slice(0, 3), ['ready', 'lost', 'ready']);
      assert.deepEqual(await open.firewall.reconcile(bansOf(WANTED)), { added: WANTED.length, removed: 0 });
    });
  }

  test('another default zone changes nothing, whether firewalld reloads for it or not', async () => {
    lab.firewallCmd('--set-default-zone=public');
    await isWhole();
    lab.firewallCmd('--set-default-zone=trusted');
    await isWhole();
  });

  test('after a restart of firewalld, all bans are back', async () => {
    await lab.stopFirewalld();
    await lab.startFirewalld();
    await isWhole();
  });

  test('while firewalld is stopped, bans are refused with the reason, kept, and made when it is back', async () => {
    const lost = next(open.firewall, 'lost');
    await lab.stopFirewalld();
    await lost;
    const status = open.firewall.status();
    assert.equal(status.state, 'unavailable');
    assert.match(status.problem ?? '', /systemctl enable --now firewalld/);
    assert.deepEqual([status.held, status.pending], [0, WANTED.length]);
    const late = banOf('192.0.2.99');
    await assert.rejects(open.firewall.ban([late]), { code: 'FIREWALL_UNAVAILABLE' });
    await assert.rejects(open.firewall.unban(bansOf(['203.0.113.0/24'])), { code: 'FIREWALL_UNAVAILABLE' });
    assert.equal(open.firewall.holds(late), false);
    await lab.startFirewalld();
    await isWhole([...WANTED.filter((text) => text !== '203.0.113.0/24'), '192.0.2.99'].sort());
  });

  test('firewalld killed in the middle of a storm loses no ban', async () => {
    const storm = addresses(600);
    const answers = storm.map((text) => open.firewall.ban([banOf(text)]).catch(() => undefined));
    await Promise.race(answers);
    await lab.stopFirewalld('SIGKILL');
    await Promise.all(answers);
    await lab.startFirewalld();
    await isWhole([...new Set([...WANTED, ...storm])].sort());
  });

  test('a restart of the bus, which ends firewalld too, loses no ban', async () => {
    await lab.bus.kill();
    await lab.stopFirewalld();
    await lab.bus.start();
    await lab.startFirewalld();
    await isWhole();
  });

  test('a call that gets no answer ends, and all is well when firewalld wakes up', async () => {
    const child = lab.firewalldProcess;
    child.kill('SIGSTOP');
    const waiting = open.firewall.ban(bansOf(['192.0.2.99']));
    assert.equal(open.firewall.status().pending, 1);
    child.kill('SIGCONT');
    await waiting;
    await isWhole([...WANTED, '192.0.2.99'].sort());
  });

  test('an entry removed by hand is put back by the next reconcile, a foreign one removed, and both are counted', async () => {
    lab.firewallCmd('--ipset=f2b-drop-ipv4-0', '--remove-entry=198.18.0.7');
    lab.firewallCmd('--ipset=f2b-drop-ipv4-1', '--add-entry=198.51.100.1');
    lab.firewallCmd('--ipset=f2b-drop-ipv6-1', '--add-entry=2001:DB8::AB');
    assert.deepEqual(await open.firewall.reconcile(bansOf(WANTED)), { added: 1, removed: 2 });
    await isWhole();
  });

  test('a foreign prefix around a new ban does not keep the ban out', async () => {
    lab.firewallCmd('--ipset=f2b-drop-ipv4-0', '--add-entry=192.0.2.0/24');
    await open.firewall.ban(bansOf(['192.0.2.99']));
    assert.ok(lab.kernelSets().includes('192.0.2.99'));
    await open.firewall.reconcile(bansOf([...WANTED, '192.0.2.99']));
    await isWhole([...WANTED, '192.0.2.99'].sort());
  });

  test('a zone source and a rule removed by hand are put back at once', async () => {
    lab.firewallCmd('--zone=f2b-drop', '--remove-source=ipset:f2b-drop-ipv4-0');
    const rule = 'rule family="ipv4" source ipset="f2b-drop-ipv4-0" drop';
    lab.firewallCmd('--policy=f2b', `--remove-rich-rule=${rule}`);
    await eventually(() => {
      assert.match(lab.firewallCmd('--zone=f2b-drop', '--list-sources'), /ipset:f2b-drop-ipv4-0/);
      assert.ok(lab.firewallCmd('--policy=f2b', '--list-rich-rules').split('\n').includes(rule));
    });
    await isWhole();
  });

  test('entries that somebody made permanent are permanent no longer', async () => {
    lab.firewallCmd('--runtime-to-permanent');
    assert.notEqual(lab.firewallCmd('--permanent', '--ipset=f2b-drop-ipv4-0', '--get-entries'), '');
    await open.firewall.reconcile(bansOf(WANTED));
    await eventually(() => {
      assert.equal(lab.firewallCmd('--permanent', '--ipset=f2b-drop-ipv4-0', '--get-entries'), '');
      assert.equal(lab.firewallCmd('--permanent', '--ipset=f2b-drop-ipv4-net-0', '--get-entries'), '');
    }, 60);
    await isWhole();
  });

  test('permanent entries of bans that ended meanwhile do not come back with a reload', async () => {
    lab.firewallCmd('--runtime-to-permanent');
    await open.firewall.unban(bansOf(['198.18.0.7']));
    lab.firewallCmd('--reload');
    await isWhole(WANTED.filter((text) => text !== '198.18.0.7'));
  });

  test('zones, policies and sets that were deleted are made again with one reload, which is announced', async () => {
    for (const kind of ['zones', 'policies', 'ipsets']) {
      for (const layer of ['usr', 'etc']) {
        const folder = join(lab.configuration, layer, kind);
        for (const file of readdirSync(folder)) if (file.startsWith('f2b')) rmSync(join(folder, file));
      }
    }
    lab.firewallCmd('--reload');
    await isWhole();
    assert.equal(open.announcements.length, 1);
    assert.match(lab.firewallCmd('--get-active-zones'), /f2b-drop/);
  });
});
