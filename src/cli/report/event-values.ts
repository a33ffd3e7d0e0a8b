/** What is read of the agent's events to count them. */
import { type Address, networkOf } from '../../core/address/address.js';

/** Prefix lengths that stand for a network. */
const NETWORK = { 4: 24, 6: 48 } as const;

/** The network that an address counts for; a prefix that is wider, itself. */
export function clientNetwork(address: Address): Address {
  return networkOf(address, NETWORK[address.family]);
}

/** 0 for what is no number. */
export function wholeNumber(text: string | undefined): number {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : 0;
}
