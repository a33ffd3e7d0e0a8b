/** The fake and the dry-run firewall keep the contract that firewalld keeps in test/system. */
import { test } from 'node:test';
import { DryRun } from '../../src/firewall/dry-run.js';
import { FakeFirewall } from '../fakes/firewall.js';
import { firewallCases } from './firewall.js';

for (const [name, body] of firewallCases) {
  test(`fake: ${name}`, async () => {
    const firewall = new FakeFirewall();
    await firewall.reconcile([]);
    await body({ firewall, held: () => firewall.entries() });
  });
  test(`dry-run: ${name}`, async () => {
    const firewall = new DryRun();
    await firewall.reconcile([]);
    await body({ firewall, held: () => firewall.entries() });
  });
}
