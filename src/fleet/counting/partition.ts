/**
 * Which share of the addresses an address belongs to, and which members count a share. Invariant: every member finds the
 * same for the same address and the same members, whatever their versions.
 */
import { type Address, parseAddress } from '../../core/address/address.js';
import { isOfOneLink } from '../../core/address/one-link.js';
import { clientPrefix } from '../../core/prefixes/client-prefix.js';

/** Shares of all addresses. Each has a stream of its own. */
export const PARTITIONS = 8;

/** One client, as the agent counts it. */
const LENGTHS = { ipv4: 32, ipv6: 64 };

/** What the failures of an address are counted for: itself, or the prefix that is one client. */
export function countedAddress(address: Address): Address {
  return clientPrefix(address, LENGTHS);
}

/** 0 to PARTITIONS - 1. `address`: as it is counted. */
export function partitionOf({ text }: Address): number {
  return hash(text) % PARTITIONS;
}

/**
 * Those of `hosts` that count a partition, `count` at the most. Rendezvous hashing: who comes or goes changes nothing but
 * what it counts itself.
 */
export function countersOf(partition: number, hosts: Iterable<string>, count: number): readonly string[] {
  return [...new Set(hosts)]
    .map((host) => ({ host, score: hash(`${partition} ${host}`) }))
    .sort((one, other) => other.score - one.score || (one.host < other.host ? -1 : 1))
    .slice(0, count)
    .map(({ host }) => host);
}

/** The address that a message names; undefined unless it is written as it is counted, and the same host everywhere. */
export function parseCounted(text: string): Address | undefined {
  const address = parseAddress(text);
  if (address === undefined || address.text !== text || countedAddress(address).text !== text) return undefined;
  return isOfOneLink(address) ? undefined : address;
}

/** FNV-1a, and the last step of MurmurHash3: names that differ in their ends alone are to be far apart. 32 bits. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) bits = Math.imul(bits ^ text.charCodeAt(at), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
