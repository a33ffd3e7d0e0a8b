/** A firewalld adapter on the lab's host. */
import { Cutter } from '../../src/firewall/cutter.js';
import { Firewalld, type FirewalldOptions } from '../../src/firewall/firewalld.js';
import { Kernel } from '../../src/firewall/kernel.js';
import { Nft } from '../../src/firewall/nft.js';
import type { Firewall, FirewallChange } from '../../src/ports.js';
import { wallClock } from './bus-daemon.js';
import type { Lab } from './lab.js';

/** What the tests want to know of an adapter beside the port. */
export interface OpenFirewall {
  readonly firewall: Firewalld;
  readonly changes: string[];
  readonly announcements: string[];
}

/** An adapter that has found firewalld, or found that it is not there. */
export async function openFirewall(
  lab: Lab,
  options: Pick<FirewalldOptions, 'keptSeconds'> = {},
): Promise<OpenFirewall> {
  const bus = await lab.connect();
  const cutter = new Cutter(['ip', 'netns', 'exec', lab.hostNamespace, 'ss']);
  const kernel = new Kernel(new Nft(['ip', 'netns', 'exec', lab.hostNamespace, 'nft']));
  const announcements: string[] = [];
  const announce = (text: string) => announcements.push(text);
  const firewall = new Firewalld({ bus, clock: wallClock, cutter, kernel, announce, ...options });
  const changes: string[] = [];
  firewall.onChange((change) => changes.push(change));
  await firewall.opened();
  return { firewall, changes, announcements };
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
