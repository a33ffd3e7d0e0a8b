/** What is known of a ban, as the tags of fail2ban's actions name it. What a command does not ask for is not looked up. */
import type { Explanation } from '../../agent/explanation.js';
import { type Address, parseAddress } from '../../core/address/address.js';
import { printable } from '../../core/printable.js';
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../../core/time.js';
import type { EventRecord } from '../record.js';
import type { Ticket } from './shell-action.js';

/** The most of entries that a command is given, bytes: the kernel takes 128 KiB of each value. */
const MOST_OF_LINES = 125_000;
const LONGEST_LINE = 2_000;

/** An entry of the journal. `at` in µs since the epoch. */
export interface ShownEntry {
  readonly at: number;
  readonly line: string;
}

/** Where the rest is looked up. */
export interface TicketWorld {
  /** An entry by its cursor; undefined when it is gone. */
  readonly entryOf: (cursor: string) => ShownEntry | undefined;
  /** All that is known of an address; rejects while the agent is away. */
  readonly explain: (address: Address) => Promise<Explanation>;
  /** The name of an address; undefined when it has none. */
  readonly nameOf: (address: string) => Promise<string | undefined>;
}

/** How many addresses of the jail are held, and were. */
export interface JailCounts {
  readonly banned: number;
  readonly bannedTotal: number;
}

export interface TicketContext {
  readonly world: TicketWorld;
  /** Asked when a command is run. */
  readonly counts: () => JailCounts;
  /** Of an earlier run. */
  readonly isRestored: boolean;
}

export function familyOf({ family }: EventRecord): 'inet4' | 'inet6' {
  return family === 'ipv6' ? 'inet6' : 'inet4';
}

/** The ban that an event is about. */
export function ticketOf(record: EventRecord, context: TicketContext): Ticket {
  const text = record.address ?? '';
  const address = parseAddress(text);
  const find = valuesOf(record, address, context);
  return {
    family: familyOf(record),
    async values(tags) {
      const found = new Map<string, string>();
      for (const tag of tags) {
        const value = await find[tag]?.();
        if (value !== undefined) found.set(tag, value);
      }
      return { tags: found, captured: capturedOf(record) };
    },
  };
}

/** Nobody is banned: what commands for a start or an end are given. `bantime` in seconds, `now` in µs. */
export function nobody(family: string, bantime: number, now: number, counts: JailCounts): Ticket {
  const tags = new Map([
    ...['ip', 'fid', 'ip-rev', 'matches', 'ipmatches', 'ipjailmatches'].map((tag) => [tag, ''] as const),
    ...['failures', 'ipfailures', 'ipjailfailures', 'bancount', 'restored'].map((tag) => [tag, '0'] as const),
    ['ip-host', 'None'],
    ['family', family],
    ['time', seconds(now)],
    ['bantime', String(bantime)],
    ['jail.banned', String(counts.banned)],
    ['jail.banned_total', String(counts.bannedTotal)],
  ]);
  return { family, values: async () => ({ tags, captured: new Map() }) };
}

type Find = Readonly<Record<string, (() => string | Promise<string>) | undefined>>;

function valuesOf(record: EventRecord, address: Address | undefined, context: TicketContext): Find {
  const { world, counts, isRestored } = context;
  const { address: ip = '', failures = 0, bancount = 0, bantime, since = record.time, entries = [] } = record;
  const own = () => linesOf(entries, world);
  let explained: Promise<Explanation | undefined> | undefined;
  const explain = () => {
    explained ??= address === undefined ? Promise.resolve(undefined) : world.explain(address).catch(() => undefined);
    return explained;
  };
  const merged = async (isOfJail: boolean) => mergedOf(await explain(), isOfJail ? record.jail : undefined);
  return {
    ip: () => ip,
    fid: () => ip,
    family: () => familyOf(record),
    'ip-rev': () => (address === undefined ? '' : reversed(address)),
    'ip-host': async () => (await world.nameOf(ip)) ?? 'None',
    failures: () => String(failures),
    time: () => seconds(Date.parse(since) * MICROS_PER_MILLISECOND),
    bantime: () => (bantime == null ? '-1' : String(Math.trunc(bantime))),
    bancount: () => String(bancount),
    restored: () => (isRestored ? '1' : '0'),
    matches: own,
    ipmatches: async () => (await merged(false)).lines || own(),
    ipjailmatches: async () => (await merged(true)).lines || own(),
    ipfailures: async () => String(Math.max(failures, (await merged(false)).failures)),
    ipjailfailures: async () => String(Math.max(failures, (await merged(true)).failures)),
    'jail.banned': () => String(counts().banned),
    'jail.banned_total': () => String(counts().bannedTotal),
  };
}

function capturedOf({ user, failures }: EventRecord): ReadonlyMap<string, string> {
  return new Map([
    ...(user === undefined ? [] : [['user', user] as const]),
    ...(failures === undefined ? [] : [['failures', String(failures)] as const]),
  ]);
}

/** What the bans of an address that are in force come to together, in one jail or in all. */
function mergedOf(explanation: Explanation | undefined, jail: string | undefined) {
  const bans = (explanation?.bans ?? []).filter(({ ban }) => jail === undefined || ban.jail === jail);
  const cursors = new Set(bans.flatMap(({ ban }) => ban.evidence));
  const entries = (explanation?.entries ?? []).flatMap(({ cursor, at, line }) =>
    at === undefined || line === undefined || !cursors.has(cursor) ? [] : [{ at, line }],
  );
  return { lines: bounded(entries), failures: bans.reduce((sum, { ban }) => sum + ban.failures, 0) };
}

function linesOf(cursors: readonly string[], { entryOf }: TicketWorld): string {
  return bounded(cursors.map(entryOf).filter((entry) => entry !== undefined));
}

/** The last of them that have room, a line each. Nothing in it acts on a terminal. */
function bounded(entries: readonly ShownEntry[]): string {
  const kept: string[] = [];
  let length = 0;
  for (const { at, line } of entries.toReversed()) {
    const time = new Date(at / MICROS_PER_MILLISECOND).toISOString();
    const text = printable(`${time} ${line.slice(0, LONGEST_LINE)}`);
    length += Buffer.byteLength(text) + 1;
    if (length > MOST_OF_LINES) break;
    kept.unshift(text);
  }
  return kept.join('\n');
}

/** Seconds as Python writes a float. */
function seconds(micros: number): string {
  const value = micros / MICROS_PER_SECOND;
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** As in the name of a PTR record, without its end; each part has a dot behind it. */
function reversed({ family, text, w0, w1, w2, w3 }: Address): string {
  const parts =
    family === 4
      ? text.split('.')
      : [w0, w1, w2, w3].flatMap((word) => [...(word >>> 0).toString(16).padStart(8, '0')]);
  return parts
    .toReversed()
    .map((part) => `${part}.`)
    .join('');
}
