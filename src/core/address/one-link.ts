/**
 * Addresses that mean another host on each link, or on each machine: what one host says of them is nothing to another.
 * Invariant: a prefix counts as one of them when any address in it does.
 */
import { type Address, overlaps, parseAddress } from './address.js';

const RANGES: readonly Address[] = [
  // This network, loopback, link-local and multicast: RFC 6890, 2.2.2; RFC 5771.
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '255.255.255.255'],
  // Unspecified, loopback, link-local and multicast: RFC 4291, 2.4.
  ...['::', '::1', 'fe80::/10', 'ff00::/8'],
].flatMap((text) => parseAddress(text) ?? []);

/** True of an address that is somebody else's on another link, such as that of a router by its link. */
export function isOfOneLink(address: Address): boolean {
  return RANGES.some((range) => overlaps(range, address));
}
