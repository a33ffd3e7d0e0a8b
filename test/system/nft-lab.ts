/** The nftables adapter on the lab's host, and a look at what the kernel really holds of it. */
import { type Address, covers, parseAddress } from '../../src/core/address/address.js';
import { SocketKiller } from '../../src/firewall/connection-killer.js';
import { Nft } from '../../src/firewall/nft.js';
import { createNftables } from '../../src/firewall/nftables/nftables.js';
import { OwnTable, TABLE } from '../../src/firewall/nftables/own-table.js';
import type { Firewall } from '../../src/ports/firewall.js';
import { wallClock } from '../support/bus-daemon.js';
import { kernelEntries, type Lab } from './lab.js';

/** What the tests want to know of an adapter beside the port. */
export interface OpenNftables {
  readonly firewall: Firewall;
  readonly changes: string[];
}

/** An adapter in a network namespace that has found nft ready. */
export async function openNftables(namespace: string): Promise<OpenNftables> {
  const inside = (program: string) => ['ip', 'netns', 'exec', namespace, program] as const;
  const table = new OwnTable(new Nft({ command: inside('nft') }));
  const firewall = createNftables({ clock: wallClock, table, killer: new SocketKiller(inside('ss')) });
  const changes: string[] = [];
  firewall.onChange((change) => changes.push(change));
  await firewall.opened();
  return { firewall, changes };
}

/** All elements of a table of f2b's own with the length that their set says, sorted. */
export function elements(lab: Lab, name = TABLE): readonly string[] {
  const output: { nftables: readonly { set?: { name: string; table: string } }[] } = JSON.parse(
    lab.host('nft', '-j', 'list', 'sets', 'inet'),
  );
  const sets = output.nftables.flatMap(({ set }) => (set?.table === name ? [set] : []));
  const all = sets.flatMap((set) => {
    const [, suffix = ''] = /ipv[46](?:-(\d+))?$/.exec(set.name) ?? [];
    const entries = kernelEntries(JSON.stringify({ nftables: [{ set }] }));
    return entries.map((entry) => (suffix === '' ? entry : `${entry}/${suffix}`));
  });
  return [...new Set(all)].sort();
}

/** The same without prefixes that lie within another one: those have no effect of their own. */
export function shutOut(lab: Lab): readonly string[] {
  const all = elements(lab).map((text) => parseAddress(text));
  const prefixes = all.filter((address): address is Address => address?.text.includes('/') === true);
  const isWithin = (inner: Address) => prefixes.some((outer) => outer !== inner && covers(outer, inner));
  return all.flatMap((address) =>
    address === undefined || (prefixes.includes(address) && isWithin(address)) ? [] : [address.text],
  );
}

/** When each element of the table ends by itself, in seconds from now; permanent ones are left out. */
export function timeOuts(lab: Lab): ReadonlyMap<string, number> {
  const listing = lab.host('nft', '-j', 'list', 'sets', 'inet');
  const found = listing.matchAll(/"elem": \{"val": "([^"]+)", "timeout": \d+, "expires": (\d+)\}/g);
  return new Map([...found].map(([, text = '', seconds]) => [text, Number(seconds)]));
}
