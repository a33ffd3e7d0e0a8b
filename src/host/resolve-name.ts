/** Host names, as the system resolves them. */
import { lookup, lookupService } from 'node:dns/promises';
import { type Address, parseAddress } from '../core/address/address.js';

/** The addresses a host name stands for, as the system resolves names. Rejects when it cannot be resolved. */
export async function resolveName(name: string): Promise<readonly Address[]> {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => parseAddress(address)).filter((address) => address !== undefined);
}

/** The name of an address, as the system knows it; undefined when it has none. */
export async function reverseName(address: string): Promise<string | undefined> {
  try {
    const { hostname } = await lookupService(address, 0);
    return hostname === address ? undefined : hostname;
  } catch {
    return undefined;
  }
}
