/** Writes MaxMind DB files, as https://maxmind.github.io/MaxMind-DB/ describes them: small ones, for tests. */
import { type Address, bitsOf } from '../../src/core/address/address.js';

export type MmdbValue = string | number | boolean | readonly MmdbValue[] | { readonly [key: string]: MmdbValue };

export interface MmdbOptions {
  readonly type?: string;
  readonly recordSize?: 24 | 28 | 32;
  readonly ipVersion?: 4 | 6;
}

const GAP = 16;
const IPV4_BITS = 96;

/** A node of the tree, a record, or nothing. */
type Place = { readonly sides: [Place, Place] } | { readonly record: Buffer } | undefined;

/** The control bytes of a value of this type and size. */
function control(type: number, size: number): Buffer {
  const [told, more] =
    size < 29 ? [size, []] : size < 285 ? [29, [size - 29]] : [30, [(size - 285) >> 8, (size - 285) & 255]];
  return type > 7 ? Buffer.from([told, type - 7, ...more]) : Buffer.from([(type << 5) | told, ...more]);
}

/** Floating point is not needed here. */
export function encodeValue(value: MmdbValue): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(2, text.length), text]);
  }
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    const shortest = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
    return value === 0 ? control(6, 0) : Buffer.concat([control(6, shortest.length), shortest]);
  }
  if (typeof value === 'boolean') return control(14, value ? 1 : 0);
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encodeValue)]);
  const members = Object.entries(value);
  return Buffer.concat([
    control(7, members.length),
    ...members.flatMap(([key, one]) => [encodeValue(key), encodeValue(one)]),
  ]);
}

/** The file. Of prefixes that lie in each other, the later one replaces what of the earlier one it covers. */
export function encodeMmdb(
  entries: readonly (readonly [prefix: Address, record: Buffer])[],
  { type = 'Test', recordSize = 28, ipVersion = 6 }: MmdbOptions = {},
): Buffer {
  let root: Place = { sides: [undefined, undefined] };
  for (const [prefix, record] of entries) root = inserted(root, bitsIn(prefix, ipVersion), { record });
  const nodes = nodesIn(root);
  const number = new Map(nodes.map((node, index) => [node, index]));
  const records = [...new Set(entries.map(([, record]) => record))];
  const offsets = new Map<Buffer, number>();
  let length = 0;
  for (const record of records) {
    offsets.set(record, length);
    length += record.length;
  }
  const child = (place: Place): number => {
    if (place === undefined) return nodes.length;
    return 'sides' in place ? (number.get(place) ?? 0) : nodes.length + GAP + (offsets.get(place.record) ?? 0);
  };
  const tree = nodes.map(({ sides: [left, right] }) => encodeNode(child(left), child(right), recordSize));
  return Buffer.concat([
    ...tree,
    Buffer.alloc(GAP),
    ...records,
    encodeMetadata(nodes.length, type, recordSize, ipVersion),
  ]);
}

export function encodeMetadata(nodes: number, type: string, recordSize: number, ipVersion: number): Buffer {
  const metadata = {
    ...{ binary_format_major_version: 2, binary_format_minor_version: 0, build_epoch: 1_700_000_000 },
    ...{ database_type: type, description: { en: 'for tests' }, languages: ['en'] },
    ...{ ip_version: ipVersion, node_count: nodes, record_size: recordSize },
  };
  return Buffer.concat([Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), encodeValue(metadata)]);
}

/** IPv4 lies below 96 zeros. */
function bitsIn(prefix: Address, ipVersion: 4 | 6): readonly (0 | 1)[] {
  const { w0, w1, w2, w3, family } = prefix;
  const words = family === 4 ? [0, 0, 0, w3] : [w0, w1, w2, w3];
  const bits = words.flatMap((word) =>
    Array.from({ length: 32 }, (_, bit): 0 | 1 => ((word >>> (31 - bit)) & 1 ? 1 : 0)),
  );
  return bits.slice(ipVersion === 4 ? IPV4_BITS : 0, bitsOf(prefix));
}

function inserted(place: Place, [bit, ...bits]: readonly (0 | 1)[], leaf: Place): Place {
  if (bit === undefined) return leaf;
  const sides: [Place, Place] = place !== undefined && 'sides' in place ? [...place.sides] : [place, place];
  sides[bit] = inserted(sides[bit], bits, leaf);
  return { sides };
}

function nodesIn(place: Place): readonly { readonly sides: [Place, Place] }[] {
  return place !== undefined && 'sides' in place ? [place, ...place.sides.flatMap(nodesIn)] : [];
}

function encodeNode(left: number, right: number, recordSize: 24 | 28 | 32): Buffer {
  const node = Buffer.alloc(recordSize / 4);
  if (recordSize === 32) {
    node.writeUInt32BE(left, 0);
    node.writeUInt32BE(right, 4);
    return node;
  }
  node.writeUIntBE(left & 0xffffff, 0, 3);
  node.writeUIntBE(right & 0xffffff, recordSize === 24 ? 3 : 4, 3);
  if (recordSize === 28) node.writeUInt8(((left >>> 24) << 4) | (right >>> 24), 3);
  return node;
}
