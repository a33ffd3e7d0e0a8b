/** Which addresses are this machine. */
import { networkInterfaces } from 'node:os';
import { type Address, parseAddress } from '../core/address/address.js';

/** The addresses of this machine's interfaces and its loopback networks, which are never banned. */
export function ownAddresses(): Address[] {
  const texts = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .map((entry) => entry.address.replace(/%.*$/, ''));
  return [...texts, '127.0.0.0/8', '::1'].map((text) => parseAddress(text)).filter((address) => address !== undefined);
}
