/**
 * How much of an address is one client, as far as its number tells: a client of IPv6 has a prefix, unless its address
 * stands for an IPv4 address or belongs to one link.
 * Invariant: no client can have a prefix banned in which others have their addresses, whatever address it comes from.
 */
import { type Address, covers, networkOf, parseAddress } from '../address/address.js';

/** The lengths of prefixes that are taken as one. */
export interface PrefixLengths {
  readonly ipv4: number;
  readonly ipv6: number;
}

/** Addresses of which a prefix says little about who has it. */
interface Exception {
  readonly range: Address;
  /** Where in the 128 bits the client's IPv4 address begins; undefined: each address is a client of its own. */
  readonly ipv4At: number | undefined;
}

function exception(text: string, ipv4At?: number): readonly Exception[] {
  const range = parseAddress(text);
  return range === undefined ? [] : [{ range, ipv4At }];
}

/** The first that covers an address counts. */
const EXCEPTIONS: readonly Exception[] = [
  // NAT64 with the well-known prefix: RFC 6052, 2.1.
  ...exception('64:ff9b::/96', 96),
  // IPv4-translated, of the older SIIT: RFC 2765, 2.1.
  ...exception('::ffff:0:0:0/96', 96),
  // IPv4-compatible: RFC 4291, 2.5.5.1.
  ...exception('::/96', 96),
  // Link-local: all hosts of a link are in one /64. RFC 4291, 2.5.6.
  ...exception('fe80::/10'),
  // 6to4: all addresses of a /48 are one IPv4 address's. RFC 3056, 2.
  ...exception('2002::/16', 16),
  // Teredo: the client's address and port come last and scrambled, behind its server's. RFC 4380, 4.
  ...exception('2001::/32'),
  // The rest of what IETF keeps, NAT64 with a site's own prefix (64:ff9b:1::/48, RFC 8215) included: it is the site's
  // choice where in it the IPv4 address stands.
  ...exception('::/8'),
];

/** The first words that exceptions have, so that most addresses take no look at each of them. */
function mayBeException({ family, w0 }: Address): boolean {
  return family === 6 && (w0 >>> 24 === 0 || w0 === 0x20010000 || w0 >>> 16 === 0x2002 || w0 >>> 22 === 0x3fa);
}

/** The prefix around an address that is one client; the address itself when it is no longer. */
export function clientPrefix(address: Address, { ipv4, ipv6 }: PrefixLengths): Address {
  if (address.family === 4) return networkOf(address, ipv4);
  const special = mayBeException(address) ? EXCEPTIONS.find(({ range }) => covers(range, address)) : undefined;
  if (special === undefined) return networkOf(address, ipv6);
  return special.ipv4At === undefined ? address : networkOf(address, special.ipv4At + ipv4);
}

/** The widest prefix around `address` within `prefix` of which this is true, as it is of the address. */
export function widestWithin(prefix: Address, address: Address, isSo: (candidate: Address) => boolean): Address {
  let [short, long] = [prefix.length, address.length];
  while (long - short > 1) {
    const middle = (short + long) >> 1;
    if (isSo(networkOf(address, middle))) long = middle;
    else short = middle;
  }
  return networkOf(address, long);
}
