/**
 * A regular expression for the texts of the addresses in a prefix, for who compares texts alone. Invariant: of texts as
 * RFC 5952 has them, it matches those of the prefix and no others; it is of the part of the language that Go and
 * JavaScript have in common, and has no backslash.
 */
import type { Address } from '../../core/address/address.js';

const DIGIT = '[0-9a-f]';
const HEXTET = `${DIGIT}{1,4}`;
const HEXTETS = 8;
const OCTETS = 4;

/** To be anchored at both ends. */
export function addressPattern(address: Address): string {
  return address.family === 4 ? ipv4Pattern(address) : ipv6Pattern(address);
}

function ipv4Pattern({ w3, length }: Address): string {
  const octets = Array.from({ length: OCTETS }, (_, index) => {
    const octet = (w3 >>> (24 - 8 * index)) & 255;
    const free = freeBits(length, index, 8);
    if (free === 0) return String(octet);
    if (free === 8) return '[0-9]{1,3}';
    return `(?:${Array.from({ length: 2 ** free }, (_, n) => octet + n).join('|')})`;
  });
  return octets.join('[.]');
}

/** How many bits of the part, the index-th of `bits` bits, are not the prefix's. */
function freeBits(length: number, index: number, bits: number): number {
  return bits - Math.min(bits, Math.max(0, length - bits * index));
}

/** What stands between colons. */
interface Part {
  readonly pattern: string;
  readonly canBeZero: boolean;
}

/** The text may have all parts of the prefix, or `::` in place of some that can be zero, and of what follows. */
function ipv6Pattern(address: Address): string {
  const parts = partsOf(address);
  const before = (end: number) => parts.slice(0, end).map(({ pattern }) => `${pattern}:`);
  const left = HEXTETS - parts.length;
  const forms = [`${before(parts.length).join('')}${DIGIT.replace(']', ':]')}*`];
  if (left === 0) forms[0] = parts.map(({ pattern }) => pattern).join(':');
  for (const start of parts.keys()) {
    const colons = `${before(start).join('') || ':'}:`;
    for (let end = start + 1; end <= parts.length && parts[end - 1]?.canBeZero; end += 1) {
      const patterns = parts.slice(end).map(({ pattern }) => pattern);
      const rest = end === parts.length ? upTo(left) : [...patterns, ...Array(left).fill(HEXTET)].join(':');
      forms.push(`${colons}${rest}`);
    }
  }
  return forms.length === 1 ? (forms[0] ?? '') : `(?:${forms.join('|')})`;
}

function partsOf({ length, w0, w1, w2, w3 }: Address): readonly Part[] {
  const words = [w0, w1, w2, w3];
  return Array.from({ length: Math.ceil(length / 16) }, (_, index) => {
    const hextet = ((words[index >> 1] ?? 0) >>> (index % 2 === 0 ? 16 : 0)) & 0xffff;
    return { pattern: hextetPattern(hextet, freeBits(length, index, 16)), canBeZero: hextet === 0 };
  });
}

/** Numbers from the lowest on, without leading zeros, that differ from it in the last `free` bits alone. */
function hextetPattern(lowest: number, free: number): string {
  if (free === 0) return lowest.toString(16);
  const digits = free >> 2;
  const top = lowest >>> (4 * digits);
  const tops = Array.from({ length: 2 ** (free % 4) }, (_, n) => top + n);
  const rest = digits === 0 ? '' : `${DIGIT}{${digits}}`;
  const longest = tops.filter((value) => value > 0).map((value) => `${value.toString(16)}${rest}`);
  const shorter = top > 0 ? [] : [digits === 0 ? '0' : `${DIGIT}{1,${digits}}`];
  return `(?:${[...longest, ...shorter].join('|')})`;
}

/** As many hextets as that, or fewer, or none. */
function upTo(most: number): string {
  if (most === 0) return '';
  return most === 1 ? `(?:${HEXTET})?` : `(?:${HEXTET}(?::${HEXTET}){0,${most - 1}})?`;
}
