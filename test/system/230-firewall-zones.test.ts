/** Whom a real firewalld's administrator put into zones, as the adapter tells it. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Firewall } from '../../src/ports/firewall.js';
import { banOf } from '../support/ban-of.js';
import { openFirewall } from './firewalld-lab.js';
import { eventually, Lab, labObstacle } from './lab.js';

const skip = labObstacle() ?? false;

describe('sources of zones', { skip, timeout: 300_000 }, () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.create();
    const permanent = (...args: string[]) => lab.firewallCmd('--permanent', ...args);
    permanent('--new-ipset=office', '--type=hash:net');
    for (const entry of ['198.51.100.0/24', '198.51.101.7']) permanent('--ipset=office', `--add-entry=${entry}`);
    permanent('--new-ipset=laptops', '--type=hash:mac');
    permanent('--ipset=laptops', '--add-entry=02:00:00:00:00:01');
    const sources = {
      trusted: ['192.0.2.0/28', '2001:db8:1::/48', 'ipset:laptops'],
      internal: ['ipset:office', '02:00:00:00:00:02'],
      public: ['128.0.0.0/1'],
      drop: ['203.0.113.0/24'],
      block: ['203.0.114.0/24'],
    };
    for (const [zone, words] of Object.entries(sources))
      for (const word of words) permanent(`--zone=${zone}`, `--add-source=${word}`);
    lab.firewallCmd('--reload');
  });
  after(() => lab.remove());

  const told = (firewall: Firewall) =>
    firewall
      .zoneSources()
      .map(({ zone, address }) => `${zone} ${address.text}`)
      .sort();
  const PERMANENT = [
    'internal 198.51.100.0/24',
    'internal 198.51.101.7',
    'trusted 192.0.2.0/28',
    'trusted 2001:db8:1::/48',
  ];

  test('addresses, prefixes and what ipsets hold are told, but not what a zone keeps out, what is ours, or half the world', async () => {
    const { firewall } = await openFirewall(lab);
    await firewall.reconcile([banOf('203.0.113.9')]);
    assert.deepEqual(told(firewall), PERMANENT);
    assert.deepEqual(firewall.status().warnings, [
      'zone public: its source 128.0.0.0/1 is too wide to be spared; name narrower ones, or use IgnoreIP=',
    ]);
    await firewall.reconcile([]);
    await firewall.close();
  });

  test('a source that is added, moved or removed is told as it happens, and a reload undoes it', async () => {
    const { firewall, changes } = await openFirewall(lab);
    await firewall.reconcile([]);
    lab.firewallCmd('--zone=work', '--add-source=203.0.115.1');
    await eventually(() => assert.deepEqual(told(firewall), [...PERMANENT, 'work 203.0.115.1']));
    lab.firewallCmd('--zone=drop', '--change-source=203.0.115.1');
    await eventually(() => assert.deepEqual(told(firewall), PERMANENT));
    lab.firewallCmd('--zone=trusted', '--remove-source=192.0.2.0/28');
    await eventually(() =>
      assert.deepEqual(
        told(firewall),
        PERMANENT.filter((text) => !text.includes('192.0.2.0')),
      ),
    );
    lab.firewallCmd('--reload');
    await eventually(() => assert.deepEqual(told(firewall), PERMANENT));
    assert.equal(changes.filter((change) => change === 'sources').length, 5, 'once at the start, then for each change');
    await firewall.close();
  });

  test('an entry added to an ipset is spared from the next comparison on', async () => {
    const { firewall } = await openFirewall(lab);
    await firewall.reconcile([]);
    lab.firewallCmd('--ipset=office', '--add-entry=198.51.102.0/24');
    await firewall.reconcile([]);
    await eventually(() => assert.ok(told(firewall).includes('internal 198.51.102.0/24')));
    lab.firewallCmd('--ipset=office', '--remove-entry=198.51.102.0/24');
    await firewall.close();
  });

  test('they stay known while firewalld is away, and that it is away is known at once', async () => {
    const { firewall } = await openFirewall(lab);
    await lab.stopFirewalld();
    await eventually(() => assert.equal(firewall.status().state, 'unavailable'));
    assert.deepEqual(told(firewall), PERMANENT);
    const late = await openFirewall(lab);
    assert.deepEqual(told(late.firewall), []);
    assert.match(late.firewall.status().problem ?? '', /firewalld does not run/);
    await lab.startFirewalld();
    await eventually(() => assert.deepEqual([told(firewall), told(late.firewall)], [PERMANENT, PERMANENT]));
    await firewall.close();
    await late.firewall.close();
  });
});
