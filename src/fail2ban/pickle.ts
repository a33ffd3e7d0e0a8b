/**
 * Writes values as fail2ban's client reads them: Python's pickle of protocol 2, which each Python 3 understands.
 * Invariant: exceptions apart, which are of a few fixed classes, there is nothing in it but plain values.
 */
import { PickleDict, PickleError, PickleTuple, type PickleValue } from './pickle-value.js';

const EMPTY_LIST = Buffer.from(']');
const EMPTY_DICT = Buffer.from('}');
const MARK = Buffer.from('(');
const APPENDS = Buffer.from('e');
const SETITEMS = Buffer.from('u');
const TUPLE = Buffer.from('t');
const REDUCE = Buffer.from('R');
const NONE = Buffer.from('N');
const TRUE = Buffer.from([0x88]);
const FALSE = Buffer.from([0x89]);

export function pickle(value: PickleValue): Buffer {
  const parts: Buffer[] = [Buffer.from([0x80, 2])];
  write(value, parts);
  parts.push(Buffer.from('.'));
  return Buffer.concat(parts);
}

function write(value: PickleValue, parts: Buffer[]): void {
  if (value === null) parts.push(NONE);
  else if (typeof value === 'boolean') parts.push(value ? TRUE : FALSE);
  else if (typeof value === 'number') parts.push(numberBytes(value));
  else if (typeof value === 'string') parts.push(textBytes(value));
  else if (value instanceof PickleTuple) writeTuple(value.items, parts);
  else if (value instanceof PickleDict) writeDict(value, parts);
  else if (value instanceof PickleError) writeError(value, parts);
  else writeList(value, parts);
}

function writeTuple(items: readonly PickleValue[], parts: Buffer[]): void {
  parts.push(MARK);
  for (const item of items) write(item, parts);
  parts.push(TUPLE);
}

function writeList(items: readonly PickleValue[], parts: Buffer[]): void {
  parts.push(EMPTY_LIST, MARK);
  for (const item of items) write(item, parts);
  parts.push(APPENDS);
}

function writeDict({ entries }: PickleDict, parts: Buffer[]): void {
  parts.push(EMPTY_DICT, MARK);
  for (const [key, value] of entries) {
    parts.push(textBytes(key));
    write(value, parts);
  }
  parts.push(SETITEMS);
}

/** GLOBAL, the arguments, REDUCE: `Exception('message')`. */
function writeError({ module, name, message }: PickleError, parts: Buffer[]): void {
  parts.push(Buffer.from(`c${module}\n${name}\n`));
  writeTuple([message], parts);
  parts.push(REDUCE);
}

/** BININT, LONG1 of 8 bytes, or BINFLOAT. */
function numberBytes(value: number): Buffer {
  if (Number.isSafeInteger(value) && Math.abs(value) < 2 ** 31) {
    const bytes = Buffer.alloc(5, 0x4a);
    bytes.writeInt32LE(value, 1);
    return bytes;
  }
  if (Number.isSafeInteger(value)) {
    const bytes = Buffer.from([0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.writeBigInt64LE(BigInt(value), 2);
    return bytes;
  }
  const bytes = Buffer.alloc(9, 0x47);
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

/** BINUNICODE; an unpaired surrogate becomes the mark for what cannot be shown. */
function textBytes(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  const head = Buffer.alloc(5, 0x58);
  head.writeUInt32LE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
