/** A firewalld adapter on the lab's host, and what tests of it begin with. */
import assert from 'node:assert/strict';
import { SocketKiller } from '../../src/firewall/connection-killer.js';
import { createFirewalld } from '../../src/firewall/firewalld/firewalld.js';
import { GUARD_TABLE } from '../../src/firewall/firewalld/guard-table.js';
import { Kernel } from '../../src/firewall/firewalld/kernel.js';
import { Nft } from '../../src/firewall/nft.js';
import { OwnTable } from '../../src/firewall/nftables/own-table.js';
import type { Firewall, FirewallChange } from '../../src/ports/firewall.js';
import { banOf } from '../support/ban-of.js';
import { wallClock } from '../support/bus-daemon.js';
import type { Endpoint } from '../support/endpoint.js';
import { eventually, Lab } from './lab.js';

/** What the tests want to know of an adapter beside the port. */
export interface OpenFirewall {
  readonly firewall: Firewall;
  readonly changes: string[];
  readonly announcements: string[];
}

/** An adapter that has found firewalld, or found that it is not there. */
export async function openFirewall(lab: Lab): Promise<OpenFirewall> {
  const bus = await lab.connect();
  const killer = new SocketKiller(['ip', 'netns', 'exec', lab.hostNamespace, 'ss']);
  const nft = new Nft({ command: ['ip', 'netns', 'exec', lab.hostNamespace, 'nft'] });
  const [kernel, guard] = [new Kernel(nft), new OwnTable(nft, GUARD_TABLE)];
  const announcements: string[] = [];
  const announce = (text: string) => announcements.push(text);
  const firewall = createFirewalld({ bus, clock: wallClock, killer, kernel, guard, announce });
  const changes: string[] = [];
  firewall.onChange((change) => changes.push(change));
  await firewall.opened();
  return { firewall, changes, announcements };
}

/** An adapter that was told of bans of these addresses and prefixes, sorted, once they are all in the kernel. */
export async function openHolding(lab: Lab, texts: readonly string[]): Promise<OpenFirewall> {
  const open = await openFirewall(lab);
  await open.firewall.reconcile(texts.map((text) => banOf(text)));
  await eventually(() => assert.deepEqual(lab.kernelSets(), texts));
  return open;
}

/** A host whose port 22 is open, and a peer that may knock at it. */
export async function labWithPeer(): Promise<{ readonly lab: Lab; readonly peer: Endpoint }> {
  const lab = await Lab.create();
  const peer = await lab.endpoint('peer');
  await (await lab.endpoint('host')).listen(22);
  return { lab, peer };
}

/** Resolves at the next `change`. */
export function next(firewall: Firewall, change: FirewallChange): Promise<void> {
  return new Promise((resolve) => {
    const forget = firewall.onChange((happened) => {
      if (happened !== change) return;
      forget();
      resolve();
    });
  });
}
