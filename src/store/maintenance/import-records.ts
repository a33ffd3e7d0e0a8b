/**
 * One line of an export → the value it stands for, or what is wrong with it.
 * Invariant: what is accepted is exported again as it was written.
 */

import { parseAddress } from '../../core/address/address.js';
import { banOrigins, dispositions } from '../../core/ban.js';
import { parsedJson } from '../../core/parsed-json.js';
import type { Position } from '../../ports/journal.js';
import { isJournalPlace } from '../tables/position.js';
import { allowanceTable, banTable, failureTable, offenderTable } from '../tables/rows.js';

/** A row of a table, checked to be a value of ours; `key` tells it from all others of the file. */
export type ImportRecord =
  | { readonly type: 'cursor'; readonly key: string; readonly position: Position }
  | { readonly type: RowType; readonly key: string; readonly row: readonly unknown[] };

const tables = { failure: failureTable, offender: offenderTable, ban: banTable, allowance: allowanceTable } as const;

type RowType = keyof typeof tables;

/** What a key of a line must hold. */
interface Check {
  readonly holds: (value: unknown) => boolean;
  readonly wanted: string;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isCount = (value: unknown) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const text: Check = { holds: (value) => isText(value) && value !== '', wanted: 'must be a text' };
/** Empty where nothing of the machine's own journal was read. */
const anyText: Check = { holds: isText, wanted: 'must be a text' };
const places: Check = {
  holds: (value) => isLine(value) && Object.values(value).every(isJournalPlace),
  wanted: 'must be places by the names of journals',
};
const texts: Check = {
  holds: (value) => Array.isArray(value) && value.every(isText),
  wanted: 'must be a list of texts',
};
const count: Check = { holds: isCount, wanted: 'must be a whole number, not negative' };
const end: Check = {
  holds: (value) => value === null || isCount(value),
  wanted: 'must be a whole number, or null for never',
};
const address: Check = {
  holds: (value) => isText(value) && parseAddress(value)?.text === value,
  wanted: 'must be an IP address or prefix in its shortest form',
};
const bans: Check = { holds: (value) => Array.isArray(value), wanted: 'must be a list of bans' };
const optional = ({ holds, wanted }: Check): Check => ({
  holds: (value) => value === undefined || holds(value),
  wanted,
});

function oneOf(...words: readonly string[]): Check {
  return { holds: (value) => isText(value) && words.includes(value), wanted: `must be one of ${words.join(', ')}` };
}

/** The keys of each type of line, beside `type`. */
const checks: Readonly<Record<RowType | 'cursor', Readonly<Record<string, Check>>>> = {
  cursor: { time: count, cursor: anyText, others: optional(places) },
  failure: { jail: text, address, time: count, cursor: text, count, evidence: texts, user: optional(text) },
  offender: { jail: text, address, since: count, until: end, count, bantime: end, totalBantime: end },
  ban: {
    ...{ jail: text, address, since: count, until: end, count },
    ...{
      disposition: oneOf(...dispositions),
      ports: texts,
      origin: oneOf(...banOrigins),
    },
    ...{ failures: count, evidence: texts, reason: optional(text), members: optional(bans) },
  },
  allowance: { address, since: count, until: end, reason: optional(text) },
};

type Line = Readonly<Record<string, unknown>>;

function isLine(value: unknown): value is Line {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isType(value: unknown): value is RowType | 'cursor' {
  return isText(value) && Object.hasOwn(checks, value);
}

/** Reads one line; a string says what is wrong with it. */
export function readRecord(source: string): ImportRecord | string {
  const line = parsedJson(source);
  if (!isLine(line)) return 'is not a JSON object';
  const { type } = line;
  if (!isType(type)) return `"type" must be one of ${Object.keys(checks).join(', ')}`;
  const wrong = problemOf(type, line);
  if (wrong !== undefined) return wrong;
  if (type === 'cursor') {
    return { type, key: type, position: positionOf(line) };
  }
  const row = rowOf(type, line);
  if (tables[type].fromRow(row) === undefined) return `is not a valid ${type}`;
  return { type, key: JSON.stringify([type, ...row.slice(0, tables[type].keyLength)]), row };
}

function positionOf({ cursor, time, others }: Line): Position {
  const position = { cursor: String(cursor), receivedAt: Number(time) };
  if (!isLine(others)) return position;
  const named = Object.entries(others).flatMap(([name, place]) =>
    isJournalPlace(place) ? [[name, place] as const] : [],
  );
  return { ...position, others: Object.fromEntries(named) };
}

function problemOf(type: RowType | 'cursor', line: Line): string | undefined {
  const known = checks[type];
  const unknown = Object.keys(line).find((key) => key !== 'type' && !Object.hasOwn(known, key));
  if (unknown !== undefined) return `${JSON.stringify(unknown.slice(0, 64))} is no key of the type ${type}`;
  const wrong = Object.entries(known).find(([key, { holds }]) => !holds(line[key]));
  return wrong === undefined ? undefined : `"${wrong[0]}" ${wrong[1].wanted}`;
}

function rowOf(type: RowType, line: Line): readonly unknown[] {
  const { jail, address: text, since, until = null, count: number, reason = null, evidence } = line;
  switch (type) {
    case 'failure':
      return [jail, text, line['cursor'], line['time'], number, evidence, line['user'] ?? null];
    case 'offender':
      return [jail, text, number, since, line['bantime'], line['totalBantime']];
    case 'ban': {
      const { disposition, ports, origin, failures, members } = line;
      const rows = Array.isArray(members) ? members.map(memberRow) : null;
      return [jail, text, since, until, disposition, ports, origin, number, failures, evidence, reason, rows];
    }
    case 'allowance':
      return [text, since, until, reason];
  }
}

/** Not a row when it is not a whole ban: then its ban is refused. */
function memberRow(member: unknown): readonly unknown[] | undefined {
  return isLine(member) && problemOf('ban', member) === undefined ? rowOf('ban', member) : undefined;
}
