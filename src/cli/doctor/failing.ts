/** Whose failures the jails counted in the last week, as far as the agent's events name them: with bans, at the least. */
import { type Address, parseAddress } from '../../core/address/address.js';
import { MICROS_PER_DAY } from '../../core/time.js';
import type { Dependencies } from '../dependencies.js';
import { eventMatches } from '../event-matches.js';
import { recentEntries } from './recent-entries.js';

export interface FailingAddress {
  readonly address: Address;
  readonly failures: number;
}

/** Of one jail. */
export interface Failing {
  /** All of them, also those that are spared. */
  readonly failures: number;
  /** Those of this machine's own addresses, which are spared. */
  readonly own: number;
  /** Those that are named. */
  readonly addresses: readonly FailingAddress[];
}

const WEEK = 7 * MICROS_PER_DAY;
const MOST = 20_000;
const FIELDS = ['F2B_EVENT', 'F2B_JAIL', 'F2B_ADDRESS', 'F2B_FAILURES', 'F2B_COUNT', 'F2B_CAUSE', 'F2B_ORIGIN'];

/** Sums of failures, by what tells of them. One that led to a ban may be told of in two ways. */
interface Sums {
  spared: number;
  own: number;
  /** Told together, without addresses. */
  summed: number;
  /** Told one by one, and by bans: by the text of their addresses. */
  readonly each: Map<string, number>;
  readonly banned: Map<string, number>;
}

/** By the names of the jails. */
export async function failingOf(dependencies: Dependencies): Promise<ReadonlyMap<string, Failing>> {
  const request = { matches: eventMatches(dependencies), fields: FIELDS };
  const entries = await recentEntries(dependencies, request, dependencies.now() - WEEK, MOST);
  const found = new Map<string, Sums>();
  for (const { fields } of entries) {
    const { F2B_JAIL: jail } = fields;
    if (jail === undefined) continue;
    const sums = found.get(jail) ?? { spared: 0, own: 0, summed: 0, each: new Map(), banned: new Map() };
    found.set(jail, sums);
    count(sums, fields);
  }
  return new Map([...found].map(([jail, sums]) => [jail, failingIn(sums)]));
}

function count(sums: Sums, fields: Readonly<Record<string, string>>): void {
  const { F2B_EVENT: event, F2B_ADDRESS: address = '', F2B_ORIGIN: origin } = fields;
  const failures = Number(fields['F2B_FAILURES']) || 0;
  const times = Number(fields['F2B_COUNT']) || 0;
  switch (event) {
    case 'failures':
      sums.summed += failures;
      break;
    case 'failure':
      sums.each.set(address, (sums.each.get(address) ?? 0) + times);
      break;
    case 'ban':
      if (origin === 'jail') sums.banned.set(address, (sums.banned.get(address) ?? 0) + failures);
      break;
    case 'spared':
      sums.spared += times;
      if (fields['F2B_CAUSE'] === 'own-address') sums.own += times;
      break;
  }
}

function failingIn({ spared, own, summed, each, banned }: Sums): Failing {
  const texts = new Set([...each.keys(), ...banned.keys()]);
  const addresses = [...texts].flatMap((text): FailingAddress[] => {
    const address = parseAddress(text);
    const failures = Math.max(each.get(text) ?? 0, banned.get(text) ?? 0);
    return address === undefined || failures === 0 ? [] : [{ address, failures }];
  });
  return { failures: spared + Math.max(summed, sumOf(addresses)), own, addresses };
}

export function sumOf(addresses: readonly FailingAddress[]): number {
  return addresses.reduce((sum, { failures }) => sum + failures, 0);
}
