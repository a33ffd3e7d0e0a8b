/** An event of the agent as the screen shows and counts it. Invariant: whatever an entry holds, little of it is kept. */
import { type Address, parseAddress } from '../../core/address/address.js';
import type { Entry } from '../../core/entry.js';
import { clientNetwork, wholeNumber } from '../report/event-values.js';

/** Characters of a sentence, and of a name. */
const LONGEST = 400;
const LONGEST_NAME = 128;

export interface RecentEvent {
  /** When it was told, µs since the epoch. */
  readonly at: number;
  /** As F2B_EVENT has it. */
  readonly kind: string;
  readonly message: string;
  /** A level of syslog. */
  readonly level: number;
  readonly jail: string;
  readonly address: Address | undefined;
  /** The network that the address counts for. */
  readonly network: string;
  readonly user: string | undefined;
  /** Failures that it tells of. */
  readonly failures: number;
}

export function recentEvent({ receivedAt, line, fields }: Entry): RecentEvent {
  const address = parseAddress(fields['F2B_ADDRESS'] ?? '');
  return {
    at: receivedAt,
    kind: fields['F2B_EVENT'] ?? '',
    message: (fields['MESSAGE'] ?? line).slice(0, LONGEST),
    level: Number(fields['PRIORITY'] ?? 6),
    jail: (fields['F2B_JAIL'] ?? '').slice(0, LONGEST_NAME),
    address,
    network: address === undefined ? '' : clientNetwork(address).text,
    user: fields['F2B_USER']?.slice(0, LONGEST_NAME),
    failures: fields['F2B_EVENT'] === 'failure' ? 1 : wholeNumber(fields['F2B_FAILURES']),
  };
}
