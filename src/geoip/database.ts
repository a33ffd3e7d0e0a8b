/**
 * A MaxMind DB file in memory: a tree of address bits, and behind it records. Invariant: a lookup follows at most one node
 * for each bit, whatever the file holds.
 */
import { type Address, bitsOf } from '../core/address/address.js';
import { DataReader, Malformed } from './data-reader.js';

/** Before the metadata. */
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
/** Bytes at the end of a file that the metadata are in. */
export const METADATA_SIZE = 131_072;
/** Zeros between the tree and the records. */
const GAP = 16;
const IPV4_BITS = 96;

export interface Metadata {
  /** What is in it, as its maker calls it: `GeoLite2-ASN`. */
  readonly type: string;
  readonly nodes: number;
  /** Bits of a record of the tree: 24, 28 or 32. */
  readonly recordSize: number;
  readonly ipVersion: 4 | 6;
}

/** Of a file, or of its last 128 KiB. Throws Malformed. */
export function readMetadata(end: Buffer): Metadata {
  const marker = end.lastIndexOf(MARKER);
  if (marker < 0 || marker < end.length - METADATA_SIZE) throw new Malformed('it is no MaxMind DB');
  const start = marker + MARKER.length;
  const reader = new DataReader(end, start);
  const [version, type, nodes, recordSize, ipVersion] = [
    ...['binary_format_major_version', 'database_type', 'node_count', 'record_size', 'ip_version'],
  ].map((key) => reader.find(start, [key]));
  if (version !== 2) throw new Malformed('it is of another version than 2');
  if (typeof nodes !== 'number' || ![24, 28, 32].includes(Number(recordSize)))
    throw new Malformed('its tree is unknown');
  if (ipVersion !== 4 && ipVersion !== 6) throw new Malformed('it is neither for IPv4 nor for IPv6');
  return { type: String(type ?? ''), nodes, recordSize: Number(recordSize), ipVersion };
}

export class Database {
  readonly #bytes: Buffer;
  readonly #metadata: Metadata;
  readonly #records: number;
  readonly #reader: DataReader;

  /** Throws Malformed. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#metadata = readMetadata(bytes);
    const { nodes, recordSize } = this.#metadata;
    this.#records = (nodes * recordSize) / 4 + GAP;
    if (this.#records > bytes.length) throw new Malformed('it is cut off');
    this.#reader = new DataReader(bytes, this.#records);
  }

  /** Where the record of an address is, or the one of all that lies in a prefix. Throws Malformed. */
  recordOf(address: Address): number | undefined {
    const { nodes, ipVersion } = this.#metadata;
    if (address.family === 6 && ipVersion === 4) return undefined;
    let node = address.family === 4 && ipVersion === 6 ? this.#ipv4Start() : 0;
    const end = bitsOf(address);
    for (let bit = address.family === 4 ? IPV4_BITS : 0; bit < end && node < nodes; bit += 1) {
      node = this.#child(node, bitAt(address, bit));
    }
    if (node <= nodes) return undefined;
    return this.#records + node - nodes - GAP;
  }

  /** A text or number in a record. Throws Malformed. */
  value(record: number, path: readonly string[]): string | number | undefined {
    return this.#reader.find(record, path);
  }

  /** IPv4 addresses lie below 96 zeros. */
  #ipv4Start(): number {
    let node = 0;
    for (let bit = 0; bit < IPV4_BITS && node < this.#metadata.nodes; bit += 1) node = this.#child(node, 0);
    return node;
  }

  /** The left record of a node for 0, the right one for 1. */
  #child(node: number, side: 0 | 1): number {
    const { recordSize } = this.#metadata;
    const at = (node * recordSize) / 4;
    if (recordSize === 24) return this.#bytes.readUIntBE(at + 3 * side, 3);
    if (recordSize === 32) return this.#bytes.readUInt32BE(at + 4 * side);
    // The middle byte holds the upper four bits of both.
    const middle = this.#bytes.readUInt8(at + 3);
    const upper = side === 0 ? middle >> 4 : middle & 15;
    return upper * 2 ** 24 + this.#bytes.readUIntBE(at + 4 * side, 3);
  }
}

/** The bit of an address, counted from the highest of 128. */
export function bitAt({ w0, w1, w2, w3 }: Address, bit: number): 0 | 1 {
  const word = [w0, w1, w2, w3][bit >> 5] ?? 0;
  return (word >>> (31 - (bit & 31))) & 1 ? 1 : 0;
}
