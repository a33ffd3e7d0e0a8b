/** That a host of the fleet has an address banned, with times by the stream's clock: those of the hosts may differ. */
import type { FleetLimits } from '../../config/fleet.js';
import type { Address } from '../../core/address/address.js';
import { COUNTED_JAIL } from '../../core/ban.js';
import { FOREVER, MICROS_PER_SECOND } from '../../core/time.js';
import type { BanContent, Delivered } from '../messages/message.js';

export interface Claim {
  readonly host: string;
  readonly jail: string;
  readonly address: Address;
  /** µs since the epoch, as `until`. */
  readonly since: number;
  readonly until: number;
  /** Of the message in the stream that it began with, however often it was told anew. */
  readonly sequence: number;
  /** When the servers got that message: no host can make it earlier. */
  readonly heardAt: number;
  /** When the last message of it was sent, by the clock of the host. */
  readonly saidAt: number;
  /** Of a ban that members counted together: how many failures of which hosts led to it. */
  readonly reason?: string;
}

/** How far the clock of a host may be behind those of the servers. */
const SKEW = 15 * 60 * MICROS_PER_SECOND;

/**
 * When a message was sent, by the stream's clock: when the servers got it. One that they got much later than its sender
 * says was stored again by somebody else, and says what it said then.
 */
export function sentAtOf(saidAt: number, receivedAt: number): number {
  return saidAt < receivedAt - SKEW ? saidAt : receivedAt;
}

/** The times of a ban by the stream's clock. It ends within `longest` from `receivedAt`, and has not begun in the future. */
export function timesOf(
  { at, since, until }: Pick<BanContent, 'at' | 'since' | 'until'>,
  receivedAt: number,
  longest: number,
): Pick<Claim, 'since' | 'until'> {
  const sentAt = sentAtOf(at, receivedAt);
  const end = Math.min(sentAt + (until - at), receivedAt + longest);
  return {
    since: Math.max(0, Math.min(sentAt, sentAt - (at - since))),
    // Times are whole µs, also for the agent.
    until: end > Number.MAX_SAFE_INTEGER ? FOREVER : end,
  };
}

/** Those of a ban that was counted together: by the stream's clock as they are, and the same whoever counted. */
function countedTimesOf({ since, until }: BanContent, receivedAt: number, longest: number) {
  return { since: Math.min(since, receivedAt), until: Math.min(until, receivedAt + longest) };
}

interface Banned {
  readonly host: string;
  readonly jail: string;
  readonly address: Address;
  readonly content: BanContent;
}

/** What a host claims by a message. `known`: what it claimed before of the same. */
export function claimOf(
  { host, jail, address, content }: Banned,
  { sequence, receivedAt }: Delivered,
  known: Claim | undefined,
  { maxBanTime }: FleetLimits,
): Claim {
  const isCounted = jail === COUNTED_JAIL;
  const times = (isCounted ? countedTimesOf : timesOf)(content, receivedAt, maxBanTime);
  const begun = known !== undefined && known.until > receivedAt ? known : { sequence, heardAt: receivedAt };
  return {
    ...{ host, jail, address, sequence: begun.sequence, heardAt: begun.heardAt, saidAt: content.at, ...times },
    ...(isCounted && content.reason !== undefined ? { reason: content.reason } : {}),
  };
}

/**
 * Until when an address was banned last after it was counted together, as `host` told itself or MinReporters= others did;
 * 0 when nobody told so. `longest`: that no such ban exceeds, µs.
 */
export function countedEnd(
  claims: readonly Claim[],
  host: string,
  longest: number,
  { minReporters }: FleetLimits,
): number {
  const counted = claims.filter(
    ({ jail, since, until }) => jail === COUNTED_JAIL && (longest === FOREVER || until <= since + longest),
  );
  const own = counted.find((claim) => claim.host === host)?.until ?? 0;
  const ends = counted.map(({ until }) => until).sort((one, other) => (one < other ? 1 : -1));
  return Math.max(own, ends[minReporters - 1] ?? 0);
}

/** True when a host may ask for the ban of so wide a prefix. */
export function isNarrowEnough({ family, length }: Address, limits: FleetLimits): boolean {
  return length >= (family === 4 ? limits.maxPrefixIPv4 : limits.maxPrefixIPv6);
}

/** A host with what it claims of one address: its latest begin and end in all jails. */
interface Reported {
  since: number;
  until: number;
}

/**
 * Until when an address is banned that these claims are about: as long as MinReporters= hosts have it banned, if so many
 * banned it within Within=. Undefined: too few did.
 */
export function agreedEnd(claims: readonly Claim[], { minReporters, within }: FleetLimits): number | undefined {
  const hosts = new Map<string, Reported>();
  for (const { host, since, until } of claims) {
    const known = hosts.get(host);
    hosts.set(host, { since: Math.max(since, known?.since ?? 0), until: Math.max(until, known?.until ?? 0) });
  }
  const begins = [...hosts.values()].map(({ since }) => since).sort((one, other) => one - other);
  const isAgreed = begins.some((begin, index) => {
    const last = begins[index + minReporters - 1];
    return last !== undefined && last - begin <= within;
  });
  if (!isAgreed) return undefined;
  const ends = [...hosts.values()].map(({ until }) => until).sort((one, other) => (one < other ? 1 : -1));
  return ends[minReporters - 1];
}

/** True when a claim has stood for MinAge= at `now`, µs since the epoch. Without it also where the clock is behind. */
export function isOldEnough({ heardAt }: Claim, now: number, { minAge }: FleetLimits): boolean {
  return minAge === 0 || heardAt + minAge <= now;
}

/** How many jails or hosts are named. */
const NAMED = 3;

/**
 * `ssh.service on web1, web2; 12 failures on web3, web4, counted by web5`: which jails of which hosts, and what was counted
 * together, for people.
 */
export function reasonOf(claims: readonly Claim[]): string {
  const own = claims.filter(({ jail }) => jail !== COUNTED_JAIL);
  const counted = claims.filter(({ jail }) => jail === COUNTED_JAIL);
  return [
    ...(own.length === 0 ? [] : [`${someOf(own.map(({ jail }) => jail))} on ${hostsOf(own)}`]),
    ...(counted.length === 0 ? [] : [`${counted[0]?.reason ?? 'failures'}, counted by ${hostsOf(counted)}`]),
  ].join('; ');
}

function hostsOf(claims: readonly Claim[]): string {
  return someOf(claims.map(({ host }) => host));
}

/** Each name once, the first few of them. */
export function someOf(names: readonly string[]): string {
  const known = [...new Set(names)].sort();
  const rest = known.length > NAMED ? ` and ${known.length - NAMED} more` : '';
  return `${known.slice(0, NAMED).join(', ')}${rest}`;
}
