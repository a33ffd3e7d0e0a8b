/**
 * fail2ban's bans as f2b takes them in. Invariant: rows are of whoever wrote the file, so each of them is checked, and
 * each that is not carried over is counted and told.
 */
import { type Address, parseAddress } from '../core/address/address.js';
import { type Ban, banKey, MANUAL_JAIL } from '../core/ban.js';
import { LONGEST_BANTIME } from '../core/deciding/bantime.js';
import type { CarriedBan } from '../core/deciding/carry-over.js';
import { printable } from '../core/printable.js';
import { FOREVER, MICROS_PER_SECOND } from '../core/time.js';
import { counted } from '../text/counted.js';

/** A row of a table, as SQLite answers it. */
export type DatabaseRow = Readonly<Record<string, unknown>>;

export interface BanContext {
  /** fail2ban's jails that are switched on, and the jail here of each; undefined where there is none. */
  readonly jails: ReadonlyMap<string, string | undefined>;
  /** False of a jail whose bans are not asked for. */
  readonly isWanted: (jail: string) => boolean;
  /** How long a jail of fail2ban's bans, in µs, where its database does not say. */
  readonly bantimeOf: (jail: string) => number;
  /** µs since the epoch. */
  readonly now: number;
}

export interface CarriedBans {
  readonly bans: readonly CarriedBan[];
  /** What is not carried over, and what is carried over differently. */
  readonly notes: readonly string[];
}

/** What a row says, once it is known to say something. */
interface LatestBan {
  readonly jail: string;
  readonly address: Address;
  /** s since the epoch */
  readonly timeofban: number;
  /** s; negative: for ever; undefined: the database does not say. */
  readonly bantime: number | undefined;
  readonly bancount: number;
  readonly failures: number;
}

/** A second after which no ban of fail2ban's can have been: the year 5138. */
const LAST_SECOND = 1e11;

/** fail2ban's mark of a ban time that an older schema did not keep (updateDb of its database.py). */
const UNKNOWN_BANTIME = -2;

const REASON = 'carried over from fail2ban';

/** True for a ban that was taken in from fail2ban. */
export function isCarriedOver({ reason = '' }: Pick<Ban, 'reason'>): boolean {
  return reason === REASON || reason.startsWith(`${REASON}'s jail `);
}

export function carriedBans(rows: readonly DatabaseRow[], context: BanContext): CarriedBans {
  const { latest, unreadable } = latestOf(rows);
  const bans: CarriedBan[] = [];
  const [left, off, homeless] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  for (const ban of latest) {
    if (!context.jails.has(ban.jail)) {
      count(context.isWanted(ban.jail) ? off : left, ban.jail);
      continue;
    }
    const carried = carriedBan(ban, context);
    if (carried?.jail === MANUAL_JAIL) count(homeless, ban.jail);
    if (carried !== undefined) bans.push(carried);
  }
  return {
    bans,
    notes: [
      ...(unreadable === 0 ? [] : [`${counted(unreadable, 'row')} without an address, jail or time: passed over`]),
      ...[...left].map(([jail, number]) => `[${jail}] is left out: ${counted(number, 'row')} passed over`),
      ...[...off].map(
        ([jail, number]) => `[${jail}] is not switched on in fail2ban: ${counted(number, 'row')} passed over`,
      ),
      ...[...homeless].map(
        ([jail, number]) => `[${jail}] has no jail here: ${counted(number, 'ban')} in force there: as bans by hand`,
      ),
    ],
  };
}

/** Of each jail and address one ban. */
function latestOf(rows: readonly DatabaseRow[]): { readonly latest: Iterable<LatestBan>; readonly unreadable: number } {
  const latest = new Map<string, LatestBan>();
  let unreadable = 0;
  for (const row of rows) {
    const ban = banOf(row);
    if (ban === undefined) unreadable += 1;
    else addLatest(latest, ban);
  }
  return { latest: latest.values(), unreadable };
}

function count(counts: Map<string, number>, jail: string): void {
  counts.set(jail, (counts.get(jail) ?? 0) + 1);
}

/** Undefined for what has neither jail nor time left here. */
function carriedBan(ban: LatestBan, { jails, bantimeOf, now }: BanContext): CarriedBan | undefined {
  const since = Math.min(ban.timeofban * MICROS_PER_SECOND, now);
  const until = endOf(ban, bantimeOf);
  const jail = jails.get(ban.jail);
  if (jail === undefined && until <= now) return undefined;
  return {
    ...{ address: ban.address, since, until, count: ban.bancount, failures: ban.failures },
    jail: jail ?? MANUAL_JAIL,
    reason: jail === undefined ? `${REASON}'s jail ${printable(ban.jail)}` : REASON,
  };
}

function endOf({ jail, timeofban, bantime }: LatestBan, bantimeOf: BanContext['bantimeOf']): number {
  const length = bantime === undefined ? bantimeOf(jail) : bantime * MICROS_PER_SECOND;
  return length < 0 || length > LONGEST_BANTIME ? FOREVER : timeofban * MICROS_PER_SECOND + length;
}

/** Older schemas have a row for each ban: the latest counts, with how many there were. */
function addLatest(latest: Map<string, LatestBan>, ban: LatestBan): void {
  const key = banKey(ban);
  const known = latest.get(key);
  if (known === undefined) return void latest.set(key, ban);
  const newest = ban.timeofban >= known.timeofban ? ban : known;
  latest.set(key, { ...newest, bancount: Math.max(ban.bancount, known.bancount + 1) });
}

function banOf({ jail, ip, timeofban, bantime, bancount, failures }: DatabaseRow): LatestBan | undefined {
  const address = typeof ip === 'string' ? parseAddress(ip) : undefined;
  if (typeof jail !== 'string' || jail === '' || address === undefined) return undefined;
  if (!isNumber(timeofban) || timeofban < 0 || timeofban > LAST_SECOND) return undefined;
  return {
    ...{ jail, address, timeofban: Math.round(timeofban) },
    bantime: isNumber(bantime) && Math.round(bantime) !== UNKNOWN_BANTIME ? Math.round(bantime) : undefined,
    bancount: Math.max(1, countOf(bancount)),
    failures: countOf(failures),
  };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** At most what a count of ours may be. */
function countOf(value: unknown): number {
  return isNumber(value) && value >= 1 ? Math.min(Math.round(value), 1_000_000) : 0;
}
