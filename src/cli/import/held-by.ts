import type { Address } from '../../core/address/address.js';
import { AddressSet } from '../../core/address/address-set.js';

/** Whether one of these addresses and prefixes is, or lies around, an address. */
export function heldBy(addresses: readonly Address[]): (address: Address) => boolean {
  const set = new AddressSet(addresses);
  return (address) => set.covering(address) !== undefined;
}
