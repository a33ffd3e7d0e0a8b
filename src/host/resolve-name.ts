/** Host names, as the system resolves them. */
import { lookup } from 'node:dns/promises';
import { type Address, parseAddress } from '../core/address/address.js';

/** The addresses a host name stands for, as the system resolves names. Rejects when it cannot be resolved. */
export async function resolveName(name: string): Promise<readonly Address[]> {
  const found = await lookup(name, { all: true });
  return found.map(({ address }) => parseAddress(address)).filter((address) => address !== undefined);
}
