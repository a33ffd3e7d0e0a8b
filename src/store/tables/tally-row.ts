/**
 * A row of the tally log: what one commit, or several, did to the counted failures. First what it clears of the rows before
 * it, then the failures it adds. They are compressed, which makes their cursors small and says when bytes are wrong.
 * Invariant: what is read is what was written, or it is known to be damaged.
 */
import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip, gzipSync } from 'node:zlib';
import { parsedJson } from '../../core/parsed-json.js';
import type { Expiry, Key } from './changes.js';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/** Speed counts more than the last byte. */
const LEVEL = 1;

/** Bytes that are made at once, each time the event loop comes round: at least, of few failures, and of compressed ones. */
const SMALLEST_PIECE = 1 << 12;
const PIECE = 1 << 18;

/**
 * So little is done at once (bytes before, and afterwards): to hand it to a thread and to hear of it takes longer. What is
 * read becomes 4 MB at the most, whatever it is.
 */
const LITTLE = 1 << 14;
const LITTLE_COMPRESSED = 1 << 12;

/** More than the failures of any one row (bytes). */
const LONGEST = 1 << 28;

/** What no longer counts of the failures before. */
export interface Clears {
  readonly expiries: readonly Expiry[];
  /** Jail and address. */
  readonly cleared: readonly Key[];
}

/** A failure as the list of its columns: see failureTable. */
export type FailureRow = readonly unknown[];

export const noClears: Clears = { expiries: [], cleared: [] };

/** As it lies in the column `clears`; null for none. */
export function clearsToText({ expiries, cleared }: Clears): string | null {
  if (expiries.length === 0 && cleared.length === 0) return null;
  return JSON.stringify([expiries.map(({ jail, before }) => [jail, before]), cleared]);
}

/** Undefined when it is not what was written. */
export function clearsFromText(text: unknown): Clears | undefined {
  if (text === null) return noClears;
  const parsed = parsedJson(text);
  if (!Array.isArray(parsed) || !isPairs(parsed[0]) || !isPairs(parsed[1])) return undefined;
  const expiries = parsed[0].map(([jail, before]) => ({ jail: String(jail), before: Number(before) }));
  if (!expiries.every(({ before }) => Number.isSafeInteger(before))) return undefined;
  return { expiries, cleared: parsed[1].map(([jail, address]) => [String(jail), String(address)]) };
}

/** As they lie in the column `failures`; null for none. */
export async function failuresToBytes(rows: readonly FailureRow[]): Promise<Buffer | null> {
  return rows.length === 0 ? null : textToBytes(JSON.stringify(rows));
}

/** The same of rows that are JSON already. */
export async function textToBytes(rows: string): Promise<Buffer> {
  // In one piece: they become about a sixth.
  const options = { level: LEVEL, chunkSize: SMALLEST_PIECE + (rows.length >> 2) };
  return rows.length > LITTLE ? compress(rows, options) : gzipSync(rows, options);
}

/** Undefined when they are not what was written. Of a migrated row they are text. */
export async function failuresFromBytes(bytes: unknown): Promise<readonly FailureRow[] | undefined> {
  if (bytes === null) return [];
  const text = Buffer.isBuffer(bytes) ? await textOf(bytes) : bytes;
  const parsed = parsedJson(text);
  return Array.isArray(parsed) && parsed.every(Array.isArray) ? parsed : undefined;
}

async function textOf(bytes: Buffer): Promise<string | undefined> {
  try {
    const isLittle = bytes.length <= LITTLE_COMPRESSED;
    const options = { maxOutputLength: LONGEST, chunkSize: isLittle ? LITTLE : PIECE };
    return (isLittle ? gunzipSync(bytes, options) : await decompress(bytes, options)).toString();
  } catch {
    return undefined;
  }
}

function isPairs(value: unknown): value is readonly (readonly unknown[])[] {
  return Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2);
}
