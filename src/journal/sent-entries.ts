/**
 * Entries as journald takes them, in its native protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL).
 * Invariant: a value ends no field but its own, whatever it holds.
 */
import { endianness } from 'node:os';

/** Fields of an entry; names may repeat. */
export type SentEntry = readonly (readonly [name: string, value: string])[];

/** Of the length before each entry: a u32 in host byte order. */
const LENGTH = 4;
const NEWLINE = Buffer.from('\n');

/** Each with its length before it. They are thousands in a second: all are written into one buffer. */
export function encodeEntries(entries: readonly SentEntry[]): Buffer {
  const encoded = entries.map(encodeEntry);
  const data = Buffer.allocUnsafe(encoded.reduce((sum, entry) => sum + LENGTH + Buffer.byteLength(entry), 0));
  let at = 0;
  for (const entry of encoded) {
    const start = at + LENGTH;
    const length = typeof entry === 'string' ? data.write(entry, start) : entry.copy(data, start);
    if (endianness() === 'LE') data.writeUInt32LE(length, at);
    else data.writeUInt32BE(length, at);
    at = start + length;
  }
  return data;
}

function encodeEntry(entry: SentEntry): string | Buffer {
  let text = '';
  for (const [name, value] of entry) {
    if (value.includes('\n')) return Buffer.concat(entry.map(encodeField));
    text += `${name}=${value}\n`;
  }
  return text;
}

/** A value with a newline comes with its length. */
function encodeField([name, value]: SentEntry[number]): Buffer {
  if (!value.includes('\n')) return Buffer.from(`${name}=${value}\n`);
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, NEWLINE]);
}
