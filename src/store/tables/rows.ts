/**
 * Rows and values, both ways. A row is the list of a table's columns in the order of `columns`.
 * Rows come from a file, so reading one checks it: what is not a value of ours becomes undefined.
 */
import { type Address, isAddress, parseAddress } from '../../core/address/address.js';
import {
  type Ban,
  type BanOrigin,
  banOrigins,
  type Disposition,
  dispositions,
  readBan,
  type StoredBan,
} from '../../core/ban.js';
import type { Failure } from '../../core/failure.js';
import { jsonEnd } from '../../core/json-record.js';
import type { Offender } from '../../core/offender.js';
import { FOREVER } from '../../core/time.js';
import type { Allowance } from '../../ports/store.js';
import { UnreadTexts } from './row-reader.js';

/** How one kind of value lies in its table. */
export interface Table<T> {
  readonly name: string;
  readonly columns: readonly string[];
  /** How many of the first columns are the primary key. */
  readonly keyLength: number;
  /** Columns that hold JSON text; in a row they are the value itself. */
  readonly json: readonly string[];
  /** The one of them that is left as JSON when it is read. */
  readonly unread?: string;
  /**
   * Rows read at a time: some hundred kilobytes. Each page wakes SQLite's thread, which costs as much as a hundred
   * rows.
   */
  readonly page: number;
  toRow(value: T): readonly unknown[];
  fromRow(row: readonly unknown[]): T | undefined;
}

/** One that values are only read from. */
export type ReadTable<T> = Omit<Table<T>, 'toRow'>;

export const failureTable: Table<Failure> = {
  name: 'failure',
  columns: ['jail', 'address', 'cursor', 'at', 'count', 'evidence', 'user'],
  keyLength: 3,
  json: ['evidence'],
  page: 1_000,
  toRow: (failure) => [
    failure.jail,
    failure.address.text,
    failure.cursor,
    failure.at,
    failure.count,
    // Its own cursor ends them and is written once: cursors are most of what is stored of a failure.
    failure.evidence.at(-1) === failure.cursor ? failure.evidence.slice(0, -1) : failure.evidence,
    failure.user ?? null,
  ],
  fromRow: ([jail, addressText, cursor, at, count, evidence, user]) => {
    const address = toAddress(addressText);
    if (!isText(jail) || address === undefined || !isText(cursor)) return undefined;
    if (!isInteger(at) || !isInteger(count) || !isTexts(evidence)) return undefined;
    const all = evidence.at(-1) === cursor ? evidence : [...evidence, cursor];
    return { jail, address, at, cursor, evidence: all, count, ...(isText(user) ? { user } : {}) };
  },
};

export const offenderTable: Table<Offender> = {
  name: 'offender',
  columns: ['jail', 'address', 'count', 'banned_at', 'bantime', 'total_bantime'],
  keyLength: 2,
  json: [],
  page: 4_000,
  toRow: (offender) => [
    offender.jail,
    offender.address.text,
    offender.count,
    offender.bannedAt,
    jsonEnd(offender.bantime),
    jsonEnd(offender.totalBantime),
  ],
  // By index: a million rows are read so, and taking a list apart by pattern costs more than all the rest.
  fromRow: (row) => {
    const jail = row[0];
    const count = row[2];
    const bannedAt = row[3];
    const address = toAddress(row[1]);
    const bantime = toTime(row[4]);
    const totalBantime = toTime(row[5]);
    if (!isText(jail) || address === undefined || !isInteger(count) || !isInteger(bannedAt)) return undefined;
    if (bantime === undefined || totalBantime === undefined) return undefined;
    return { jail, address, count, bannedAt, bantime, totalBantime };
  },
};

export const banTable: Table<Ban> = {
  name: 'ban',
  columns: [
    ...['jail', 'address', 'since', 'until', 'disposition', 'ports', 'origin', 'count', 'failures', 'evidence'],
    ...['reason', 'members'],
  ],
  keyLength: 2,
  json: ['ports', 'evidence', 'members'],
  page: 500,
  toRow: banToRow,
  fromRow: banFromRow,
};

/** The bans as a start needs them: with their evidence as it stands in the file. */
export const storedBanTable: ReadTable<StoredBan> = {
  ...banTable,
  unread: 'evidence',
  fromRow: storedBanFromRow,
};

export const allowanceTable: Table<Allowance> = {
  name: 'allowance',
  columns: ['address', 'since', 'until', 'reason'],
  keyLength: 1,
  json: [],
  page: 1_000,
  toRow: (allowance) => [allowance.address.text, allowance.since, jsonEnd(allowance.until), allowance.reason ?? null],
  fromRow: ([addressText, since, untilCell, reason]) => {
    const address = toAddress(addressText);
    const until = toTime(untilCell);
    if (address === undefined || !isInteger(since) || until === undefined) return undefined;
    return { address, since, until, ...(isText(reason) ? { reason } : {}) };
  },
};

function banToRow(ban: Ban): readonly unknown[] {
  return [
    ban.jail,
    ban.address.text,
    ban.since,
    jsonEnd(ban.until),
    ban.disposition,
    ban.ports,
    ban.origin,
    ban.count,
    ban.failures,
    ban.evidence,
    ban.reason ?? null,
    ban.members?.map(banToRow) ?? null,
  ];
}

function banFromRow(row: readonly unknown[]): Ban | undefined {
  const ban = storedBanFromRow(row);
  return ban === undefined ? undefined : readBan(ban);
}

function storedBanFromRow(row: readonly unknown[]): StoredBan | undefined {
  const [jail, addressText, since, untilCell, disposition, ports, origin, count, failures, evidence] = row;
  const [reason, memberRows] = row.slice(10);
  const address = toAddress(addressText);
  const until = toTime(untilCell);
  const members = toMembers(memberRows);
  if (!isText(jail) || address === undefined || !isInteger(since) || until === undefined) return undefined;
  if (!isDisposition(disposition) || !isOrigin(origin) || !isInteger(count) || !isInteger(failures)) return undefined;
  if (!isTexts(ports) || !(isTexts(evidence) || evidence instanceof UnreadTexts) || members === undefined)
    return undefined;
  return {
    ...{ jail, address, since, until, disposition, ports, origin, count, failures, evidence },
    ...(isText(reason) ? { reason } : {}),
    ...(members === 'none' ? {} : { members }),
  };
}

/** undefined: not the rows of bans. */
function toMembers(rows: unknown): readonly Ban[] | 'none' | undefined {
  if (rows === null) return 'none';
  if (!Array.isArray(rows)) return undefined;
  const members = rows.map((row: unknown) => (Array.isArray(row) ? banFromRow(row) : undefined));
  const bans = members.filter((ban) => ban !== undefined);
  return bans.length === members.length ? bans : undefined;
}

/** Of a text, or what was made of one already. */
export function toAddress(value: unknown): Address | undefined {
  if (isAddress(value)) return value;
  return isText(value) ? parseAddress(value) : undefined;
}

/** Of a time that may never end, as jsonEnd wrote it. */
export function toTime(value: unknown): number | undefined {
  if (value === null) return FOREVER;
  return isInteger(value) ? value : undefined;
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

export function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isDisposition(value: unknown): value is Disposition {
  return dispositions.some((disposition) => disposition === value);
}

function isOrigin(value: unknown): value is BanOrigin {
  return banOrigins.some((origin) => origin === value);
}
