/**
 * Turns the records that f2b_drain wrote (native/entry.c describes them) into entries. Pure: bytes in, values out.
 * Text that is not UTF-8 comes out with U+FFFD in its place, never as an error.
 */
import { endianness } from 'node:os';
import type { Entry } from '../core/entry.js';
import type { JournalLine } from '../ports.js';

const HEADER = 40;
const FIELD = 8;

const little = endianness() === 'LE';

function uint(buffer: Buffer, at: number): number {
  return little ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at);
}

function double(buffer: Buffer, at: number): number {
  return little ? buffer.readDoubleLE(at) : buffer.readDoubleBE(at);
}

function decodeEntry(buffer: Buffer, start: number, names: readonly string[]): Entry {
  const ascii = uint(buffer, start + 4) === 1;
  const fieldCount = uint(buffer, start + 32);
  const line = start + HEADER + fieldCount * FIELD;
  const cursor = line + uint(buffer, start + 24);
  const fields: Record<string, string> = {};
  let value = cursor + uint(buffer, start + 28);
  const cursorEnd = value;
  for (let field = start + HEADER; field < line; field += FIELD) {
    const end = value + uint(buffer, field + 4);
    const name = names[uint(buffer, field)];
    if (name !== undefined) fields[name] = buffer.toString('utf8', value, end);
    value = end;
  }
  return {
    cursor: buffer.toString('latin1', cursor, cursorEnd),
    at: double(buffer, start + 16),
    receivedAt: double(buffer, start + 8),
    line: buffer.toString(ascii ? 'latin1' : 'utf8', line, cursor),
    fields,
  };
}

/** The entries in the first `used` bytes; `names` are the wanted fields in the order the journal was opened with. */
export function decodeEntries(buffer: Buffer, used: number, names: readonly string[]): Entry[] {
  const entries: Entry[] = [];
  for (let start = 0; start < used; start += uint(buffer, start)) entries.push(decodeEntry(buffer, start, names));
  return entries;
}

/**
 * The lines alone, several times faster: all of the buffer becomes one string, and ASCII lines are cut out of it.
 * Such a line keeps the whole string in memory while it lives, so this is for lines that are looked at and dropped.
 */
export function decodeLines(buffer: Buffer, used: number): JournalLine[] {
  const lines: JournalLine[] = [];
  const text = buffer.toString('latin1', 0, used);
  for (let start = 0; start < used; start += uint(buffer, start)) {
    const from = start + HEADER + uint(buffer, start + 32) * FIELD;
    const to = from + uint(buffer, start + 24);
    const ascii = uint(buffer, start + 4) === 1;
    lines.push({
      at: double(buffer, start + 16),
      receivedAt: double(buffer, start + 8),
      line: ascii ? text.substring(from, to) : buffer.toString('utf8', from, to),
    });
  }
  return lines;
}
