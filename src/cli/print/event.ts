/** The agent's journal entries for people and programs, in journalctl's forms. */

import { parseAddress } from '../../core/address/address.js';
import { parseCursor } from '../../core/cursor.js';
import type { Entry } from '../../core/entry.js';
import { printable, printableLines } from '../../core/printable.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { AGENT_UNIT } from '../../events/fields.js';
import { locatedText } from '../../geoip/located-text.js';
import { fullInstant, isoInstant, preciseInstant, stamp } from '../../text/instant.js';
import type { Zone } from '../../text/zone.js';
import { type Locate, nowhere } from '../geoip.js';
import { exportFormat } from './export-format.js';
import { jsonLine, jsonText } from './json.js';
import type { Style } from './style.js';

export const EVENT_FORMATS = [
  ...['short', 'short-full', 'short-iso', 'short-iso-precise', 'short-precise', 'short-unix'],
  ...['short-monotonic', 'short-delta', 'with-unit'],
  ...['cat', 'verbose', 'export'],
  ...['json', 'json-pretty', 'json-seq', 'json-sse'],
] as const;
export type EventFormat = string;

/** How entries are to be written. */
export interface EventLook {
  readonly format: EventFormat;
  readonly style: Style;
  readonly zone: Zone;
  readonly locate?: Locate;
}

/** The forms that programs read, and that of messages alone: nothing stands beside the entries there. */
const BARE = ['cat', 'export', 'json', 'json-pretty', 'json-seq', 'json-sse'];

/** True where something may be told between entries, such as what a message means. */
export function isAnnotated(format: EventFormat): boolean {
  return !BARE.includes(format);
}

/** Fields that may have several values: always an array in JSON. */
const REPEATED = ['F2B_CURSOR', 'F2B_PORT', 'F2B_SETTING'];

/** Nearly always one value; several, all that a name has, are an array in JSON. */
const ADDRESS = 'F2B_ADDRESS';

/** The values of a field, or its one value, which may be of several lines. */
function valuesOf(name: string, value: string): readonly string[] {
  return REPEATED.includes(name) || name === ADDRESS ? value.split('\n') : [value];
}

/** One entry as text that ends with a newline; `previous` is the one that was written before it. */
export function eventText(entry: Entry, look: EventLook, previous?: Entry): string {
  const { format, style, zone, locate = nowhere } = look;
  switch (format) {
    case 'cat':
      return `${painter(entry, style)(printable(entry.fields['MESSAGE'] ?? entry.line))}\n`;
    case 'verbose':
      return verbose(entry, style, zone);
    case 'export':
      return exported(entry);
    case 'json':
    case 'json-pretty':
      return jsonText(record(entry), format);
    case 'json-seq':
      return `\u001e${jsonLine(record(entry))}\n`;
    case 'json-sse':
      return `data: ${jsonLine(record(entry))}\n\n`;
    default: {
      const time = style.dim(timeText(entry, look, previous));
      return `${time} ${painter(entry, style)(printable(lineOf(entry, format)))}${placeText(entry, style, locate)}\n`;
    }
  }
}

/** With the unit in the place of the program that logged it, where that is asked for. */
function lineOf({ line }: Entry, format: EventFormat): string {
  return format === 'with-unit' ? line.replace(/[^ [:]+(?=(?:\[\d+\])?: )/, AGENT_UNIT) : line;
}

/** Where the address is that the entry is about, which the entry itself does not say. */
function placeText({ fields }: Entry, style: Style, locate: Locate): string {
  const address = parseAddress(fields[ADDRESS] ?? '');
  const text = address === undefined ? '' : locatedText(locate(address));
  return text === '' ? '' : style.dim(` [${printable(text)}]`);
}

function timeText(entry: Entry, { format, zone }: EventLook, previous: Entry | undefined): string {
  const { at } = entry;
  const micros = String(at % MICROS_PER_SECOND).padStart(6, '0');
  switch (format) {
    case 'short-iso':
      return isoInstant(at - (at % MICROS_PER_SECOND), zone);
    case 'short-iso-precise':
      return isoInstant(at - (at % MICROS_PER_SECOND), zone).replace(/(?=[+-][\d:]+$)/, `.${micros}`);
    case 'short-full':
    case 'with-unit':
      return fullInstant(at, zone);
    case 'short-precise':
      return `${stamp(at, zone)}.${micros}`;
    case 'short-monotonic':
      return `[${sinceBoot(entry)}]`;
    case 'short-delta':
      return `[${sinceBoot(entry)}${sincePrevious(entry, previous)}]`;
    case 'short-unix':
      return `${Math.floor(at / MICROS_PER_SECOND)}.${micros}`;
    default:
      return stamp(at, zone);
  }
}

/** Seconds since the boot. */
function sinceBoot({ cursor }: Entry): string {
  return wideSeconds(parseCursor(cursor)?.monotonic ?? 0n);
}

/** Seconds since the entry before; a star where it is of another boot, so that only a clock that people set can tell. */
function sincePrevious(entry: Entry, previous: Entry | undefined): string {
  const [now, then] = [entry, previous].map((one) => one && parseCursor(one.cursor));
  if (now === undefined || then === undefined) return ' '.repeat(16);
  const isSameBoot = now.bootId === then.bootId;
  const passed = isSameBoot ? now.monotonic - then.monotonic : now.realtime - then.realtime;
  return ` <${wideSeconds(passed < 0n ? 0n : passed)}${isSameBoot ? ' ' : '*'}>`;
}

/** µs as seconds, `    5.000001`: as wide as journalctl has them. */
function wideSeconds(time: bigint): string {
  const second = BigInt(MICROS_PER_SECOND);
  return `${String(time / second).padStart(5)}.${String(time % second).padStart(6, '0')}`;
}

/** All fields, one a line, below the time and the cursor. */
function verbose({ at, cursor, fields }: Entry, style: Style, zone: Zone): string {
  const lines = Object.entries(fields).flatMap(([name, value]) =>
    valuesOf(name, value).map((one) => `    ${name}=${printable(one)}`),
  );
  return `${style.bold(preciseInstant(at, zone))} [${printable(cursor)}]\n${lines.join('\n')}\n`;
}

/** The fields in the order of the export format, several values of one behind each other. */
function exportedFields(entry: Entry): readonly (readonly [name: string, value: string])[] {
  const fields = Object.entries({ ...placeOf(entry), ...entry.fields });
  return fields.flatMap(([name, value]) => valuesOf(name, value).map((one) => [name, one] as const));
}

/** The export format as it is looked at: nothing in it steers a terminal, and no program can read all of it back. */
function exported(entry: Entry): string {
  const lines = exportedFields(entry).map(([name, value]) => `${name}=${printable(value)}\n`);
  return `${lines.join('')}\n`;
}

/** The export format as programs read it, such as systemd-journal-remote: every value is as it is in the journal. */
export function exportedBytes(entry: Entry): Uint8Array {
  return exportFormat(exportedFields(entry));
}

/** What journald knows of an entry beside its fields, by the names that journalctl gives it. */
function placeOf({ cursor, receivedAt }: Entry): Readonly<Record<string, string>> {
  const monotonic = parseCursor(cursor)?.monotonic;
  const times = { __CURSOR: cursor, __REALTIME_TIMESTAMP: String(receivedAt) };
  return monotonic === undefined ? times : { ...times, __MONOTONIC_TIMESTAMP: String(monotonic) };
}

/** By syslog level, as journalctl does: errors red, warnings yellow, notices bold. */
function painter({ fields }: Entry, style: Style): (text: string) => string {
  const level = Number(fields['PRIORITY'] ?? 6);
  if (level <= 3) return style.red;
  if (level === 4) return style.yellow;
  return level === 5 ? style.bold : (text) => text;
}

/** Journal names and values, as `journalctl -o json` writes them. */
function record(entry: Entry): object {
  const values = Object.entries(entry.fields).map(([name, value]) => {
    const isList = REPEATED.includes(name) || (name === ADDRESS && value.includes('\n'));
    return [name, isList ? valuesOf(name, value) : value];
  });
  return { ...placeOf(entry), ...Object.fromEntries(values) };
}

/** What journalctl shows between entries of two boots; nothing between others. */
export function bootText(entry: Entry, previous: Entry | undefined, { bold }: Style): string {
  const [boot, before] = [entry, previous].map((one) => one?.fields['_BOOT_ID']);
  if (boot === undefined || before === undefined || boot === before) return '';
  return `${bold(`-- Boot ${printable(boot)} --`)}\n`;
}

/** What `journalctl -x` shows below an entry. */
export function explanationText(explanation: string, { dim }: Style): string {
  const lines = printableLines(explanation).trimEnd().split('\n');
  return lines.map((line) => `${dim(`░░ ${line}`.trimEnd())}\n`).join('');
}
