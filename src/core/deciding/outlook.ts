/** How near an address is to being banned. Invariant: what is said here is what the next failure would lead to. */
import type { Address } from '../address/address.js';
import type { SparedBy } from '../effect.js';
import { bantimeAfter, weightAfter } from './bantime.js';
import type { Jail } from './jail.js';
import { totalCount } from './window.js';

/** What one jail knows of an address, and what it would do. */
export interface Outlook {
  readonly jail: string;
  /** What its failures within findtime count. */
  readonly counted: number;
  /** How many failures more it would take, from now on. */
  readonly missing: number;
  readonly maxretry: number;
  /** µs */
  readonly findtime: number;
  /** How many bans of the address are remembered (bancount). */
  readonly earlier: number;
  /** How long the next ban would last, without what is added at random. µs; FOREVER if it would be permanent. */
  readonly bantime: number;
  /** Up to so much is added at random. µs */
  readonly random: number;
  /** It counts bans of the other jails. */
  readonly recidive: boolean;
  /** Why the jail would not ban it. */
  readonly spared?: SparedBy;
}

/** True when the jail has counted or banned the address. */
export function isKnown({ counted, earlier }: Outlook): boolean {
  return counted > 0 || earlier > 0;
}

/** What the jail is told by who asks. */
export interface Standing {
  /** µs since the epoch. */
  readonly now: number;
  /** How many bans of an address all jails together remember. */
  readonly inAllJails: (address: Address) => number;
  readonly spared: SparedBy | undefined;
}

/** Undefined for a prefix that is wider than what the jail bans: it is banned for nothing that it counts. */
export function outlookOf(jail: Jail, address: Address, { now, inAllJails, spared }: Standing): Outlook | undefined {
  const { name, maxretry, findtime, bantime, increment, recidive, ipv4Prefix, ipv6Prefix } = jail.settings;
  if (address.length < (address.family === 4 ? ipv4Prefix : ipv6Prefix)) return undefined;
  const prefix = jail.prefixOf(address);
  const keys = prefix === address ? [address] : [prefix, address];
  const failures = keys.flatMap((key) => jail.tally.failuresOf(key)).filter(({ at }) => at > now - findtime);
  const remembered = Math.max(...keys.map((key) => jail.offenders.countOf(key)));
  const earlier = increment?.allJails === true ? Math.max(...keys.map(inAllJails)) : remembered;
  const counted = totalCount(failures);
  const missing = Math.max(1, Math.ceil((maxretry - counted) / weightAfter(remembered, maxretry, increment)));
  return {
    ...{ jail: name, counted, missing, maxretry, findtime, earlier, recidive },
    bantime: bantimeAfter(earlier, bantime, increment, () => 0),
    random: earlier === 0 ? 0 : (increment?.random ?? 0),
    ...(spared === undefined ? {} : { spared }),
  };
}
