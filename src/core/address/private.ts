/** Addresses that belong to nobody in particular: outside of one machine or network they say nothing. */
import { type Address, overlaps, parseAddress } from './address.js';
import { isOfOneLink } from './one-link.js';

/** RFC 1918, RFC 6598, RFC 4193. */
const PRIVATE: readonly Address[] = [
  ...['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
].flatMap((text) => parseAddress(text) ?? []);

/** True when any address in it is private, or of one link or machine. */
export function isPrivate(address: Address): boolean {
  return isOfOneLink(address) || PRIVATE.some((outer) => overlaps(outer, address));
}
