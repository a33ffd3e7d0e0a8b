/** The agent's journal entries for people and programs, in journalctl's forms. */

import type { Entry } from '../../core/entry.js';
import { printable } from '../../core/printable.js';
import { stamp } from '../../text/instant.js';
import type { Zone } from '../../text/zone.js';
import { jsonLine } from './json.js';
import type { Style } from './style.js';

export const EVENT_FORMATS = ['short', 'cat', 'json'] as const;
export type EventFormat = (typeof EVENT_FORMATS)[number];

/** Fields brought along from the journal. Several values of one are joined by newlines. */
export const EVENT_FIELDS = [
  ...['MESSAGE', 'MESSAGE_ID', 'PRIORITY', 'F2B_EVENT', 'F2B_JAIL', 'F2B_ADDRESS', 'F2B_AT', 'F2B_COUNT', 'F2B_USER'],
  ...['F2B_CURSOR', 'F2B_SINCE', 'F2B_UNTIL', 'F2B_BANTIME', 'F2B_FAILURES', 'F2B_MAXRETRY', 'F2B_BANCOUNT'],
  ...['F2B_ORIGIN', 'F2B_DISPOSITION', 'F2B_PORT', 'F2B_REASON', 'F2B_CAUSE', 'F2B_ZONE', 'F2B_LATENCY', 'F2B_ADDED'],
  ...['F2B_REMOVED', 'F2B_JAILS', 'F2B_BANS', 'F2B_UNIT', 'F2B_NAME', 'F2B_DROPPED', 'F2B_REGEX', 'F2B_CODE'],
  'F2B_HINT',
];

/** Fields that may have several values: always an array in JSON. */
const REPEATED = ['F2B_CURSOR', 'F2B_PORT'];

/** Nearly always one value; several, all that a name has, are an array in JSON. */
const ADDRESS = 'F2B_ADDRESS';

/** One entry as one line, without its end. */
export function eventLine(entry: Entry, format: EventFormat, style: Style, zone: Zone): string {
  switch (format) {
    case 'short':
      return `${style.dim(stamp(entry.at, zone))} ${painter(entry, style)(printable(entry.line))}`;
    case 'cat':
      return painter(entry, style)(printable(entry.fields['MESSAGE'] ?? entry.line));
    case 'json':
      return jsonLine(record(entry));
  }
}

/** By syslog level, as journalctl does: errors red, warnings yellow, notices bold. */
function painter({ fields }: Entry, style: Style): (text: string) => string {
  const level = Number(fields['PRIORITY'] ?? 6);
  if (level <= 3) return style.red;
  if (level === 4) return style.yellow;
  return level === 5 ? style.bold : (text) => text;
}

/** Journal names and values, as `journalctl -o json` writes them. */
function record({ cursor, receivedAt, fields }: Entry): object {
  const values = Object.entries(fields).map(([name, value]) => {
    const isList = REPEATED.includes(name) || (name === ADDRESS && value.includes('\n'));
    return [name, isList ? value.split('\n') : value];
  });
  return { __CURSOR: cursor, __REALTIME_TIMESTAMP: String(receivedAt), ...Object.fromEntries(values) };
}
