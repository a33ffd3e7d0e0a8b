/**
 * An IPv4 or IPv6 address or prefix as a value, its text, and what covers what.
 * Invariant: equal addresses have equal `text`, so `text` serves as a map key and as the firewall's entry.
 */
import { hexDigitOf } from './hex-digit.js';

export interface Address {
  readonly family: 4 | 6;
  /** Prefix length in bits: 32 or 128 for a single address. */
  readonly length: number;
  /** Canonical text: RFC 5952 for IPv6, IPv4-mapped IPv6 as IPv4, `/length` only for prefixes. */
  readonly text: string;
  /**
   * The network's 128 bits, most significant word first; IPv4 stands at ::ffff:0:0/96 (RFC 4291 §2.5.5.2).
   * Host bits are zero. The words are signed, because V8 keeps only those out of the heap.
   */
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
}

/** The longest text worth reading: a full IPv6 address with an embedded IPv4 address and a prefix length. */
const MAX_TEXT = 49;

const IPV4_LENGTH = 32;
const IPV6_LENGTH = 128;
/** Where IPv4 begins within the 128 bits. */
const MAPPED = IPV6_LENGTH - IPV4_LENGTH;
/** The third word of an IPv4 address. */
export const MAPPED_WORD = 0xffff;

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const COLON = 58;

/** The length of a single address of this family. */
export function fullLength(family: 4 | 6): number {
  return family === 4 ? IPV4_LENGTH : IPV6_LENGTH;
}

/** False for a prefix. */
export function isSingle(address: Address): boolean {
  return address.length === fullLength(address.family);
}

/** 0.0.0.0/0 or ::/0: everybody. */
export function isWholeRange(address: Address): boolean {
  return address.length === 0;
}

/** The first `length` bits of a 32-bit word; `length` may lie outside 0…32. */
function mask(length: number): number {
  if (length <= 0) return 0;
  return length >= 32 ? -1 : -1 << (32 - length);
}

/** Its text is made when it is first asked for: most of a million remembered addresses are never told. */
class Network implements Address {
  readonly family: 4 | 6;
  readonly length: number;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
  #text: string | undefined;

  constructor(w0: number, w1: number, w2: number, w3: number, bits: number) {
    this.w0 = w0 & mask(bits);
    this.w1 = w1 & mask(bits - 32);
    this.w2 = w2 & mask(bits - 64);
    this.w3 = w3 & mask(bits - 96);
    const isMapped = bits >= MAPPED && this.w0 === 0 && this.w1 === 0 && this.w2 === MAPPED_WORD;
    this.family = isMapped ? 4 : 6;
    this.length = isMapped ? bits - MAPPED : bits;
  }

  get text(): string {
    this.#text ??= this.#format();
    return this.#text;
  }

  #format(): string {
    const network = this.family === 4 ? formatIPv4(this.w3) : formatIPv6(this.w0, this.w1, this.w2, this.w3);
    return isSingle(this) ? network : `${network}/${this.length}`;
  }
}

export function isAddress(value: unknown): value is Address {
  return value instanceof Network;
}

/** The address whose network is the first `bits` of these 128; a mapped prefix of at least 96 bits becomes IPv4. */
export function addressFromWords(w0: number, w1: number, w2: number, w3: number, bits: number): Address {
  return new Network(w0, w1, w2, w3, bits);
}

/** The prefix length within the 128 bits of `w0` … `w3`. */
export function bitsOf(address: Address): number {
  return address.family === 4 ? MAPPED + address.length : address.length;
}

/** The prefix of `length` bits (of the address's family) around an address; the address itself when it is no longer. */
export function networkOf(address: Address, length: number): Address {
  if (length >= address.length) return address;
  const bits = address.family === 4 ? MAPPED + length : length;
  return addressFromWords(address.w0, address.w1, address.w2, address.w3, bits);
}

/** True when all of `inner` lies within `outer`; an address covers itself. Families never cover each other. */
export function covers(outer: Address, inner: Address): boolean {
  if (outer.family !== inner.family || outer.length > inner.length) return false;
  const bits = bitsOf(outer);
  return (
    ((outer.w3 ^ inner.w3) & mask(bits - 96)) === 0 &&
    ((outer.w2 ^ inner.w2) & mask(bits - 64)) === 0 &&
    ((outer.w1 ^ inner.w1) & mask(bits - 32)) === 0 &&
    ((outer.w0 ^ inner.w0) & mask(bits)) === 0
  );
}

/** True when the two have an address in common. */
export function overlaps(one: Address, other: Address): boolean {
  return covers(one, other) || covers(other, one);
}

/** Sort order: IPv4 first, then by network, a prefix before what lies in it. */
export function compareAddresses(one: Address, other: Address): number {
  return (
    one.family - other.family ||
    (one.w0 >>> 0) - (other.w0 >>> 0) ||
    (one.w1 >>> 0) - (other.w1 >>> 0) ||
    (one.w2 >>> 0) - (other.w2 >>> 0) ||
    (one.w3 >>> 0) - (other.w3 >>> 0) ||
    one.length - other.length
  );
}

function formatIPv4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/** RFC 5952 §4: lower case, no leading zeros, the first longest run of two or more zero groups as `::`. */
function formatIPv6(w0: number, w1: number, w2: number, w3: number): string {
  const groups = [w0 >>> 16, w0 & 0xffff, w1 >>> 16, w1 & 0xffff, w2 >>> 16, w2 & 0xffff, w3 >>> 16, w3 & 0xffff];
  let start = 0;
  let longest = 0;
  for (let i = 0, run = 0; i < groups.length; i += 1) {
    run = groups[i] === 0 ? run + 1 : 0;
    if (run <= longest) continue;
    longest = run;
    start = i - run + 1;
  }
  const hex = groups.map((group) => group.toString(16));
  if (longest < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + longest).join(':')}`;
}

/**
 * The address written in `text`, or undefined when it is none: an IPv4 or IPv6 address as inet_pton(3) takes it,
 * or a prefix `ADDRESS/LENGTH` or `ADDRESS/255.255.0.0`, whose host bits are cleared.
 * Refused are zone ids (`fe80::1%eth0`), leading zeros, names, blanks, and everything else that could be read in two ways.
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const isIPv4 = !host.includes(':');
  const length = slash < 0 ? fullLength(isIPv4 ? 4 : 6) : parseLength(text.slice(slash + 1), isIPv4);
  if (length === undefined) return undefined;
  if (isIPv4) {
    const word = parseIPv4(host);
    return word === undefined ? undefined : addressFromWords(0, 0, MAPPED_WORD, word, MAPPED + length);
  }
  const groups = parseIPv6(host);
  if (groups === undefined) return undefined;
  return addressFromWords(wordAt(groups, 0), wordAt(groups, 2), wordAt(groups, 4), wordAt(groups, 6), length);
}

/** What follows the slash: a length, or for IPv4 also a netmask of ones followed by zeros. */
function parseLength(text: string, isIPv4: boolean): number | undefined {
  if (/^(?:0|[1-9]\d{0,2})$/.test(text)) {
    const length = Number(text);
    return length <= (isIPv4 ? IPV4_LENGTH : IPV6_LENGTH) ? length : undefined;
  }
  const netmask = isIPv4 ? parseIPv4(text) : undefined;
  if (netmask === undefined) return undefined;
  const length = Math.clz32(~netmask);
  return netmask === mask(length) ? length : undefined;
}

/** Four decimal bytes as one signed word. By character code: this is what most journal entries need. */
function parseIPv4(text: string): number | undefined {
  let word = 0;
  let byte = 0;
  let digits = 0;
  let dots = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === DOT) {
      if (digits === 0) return undefined;
      word = (word << 8) | byte;
      byte = 0;
      digits = 0;
      dots += 1;
      continue;
    }
    if (code < ZERO || code > NINE || (digits > 0 && byte === 0)) return undefined;
    byte = byte * 10 + code - ZERO;
    digits += 1;
    if (byte > 255) return undefined;
  }
  return dots === 3 && digits > 0 ? (word << 8) | byte : undefined;
}

/** The 16-bit groups that were written, and how many of them stand before the `::`. */
interface Groups {
  readonly written: readonly number[];
  readonly before: number;
}

/** The 32 bits that begin with the group `at` of eight; what `::` stands for is zero. */
function wordAt(groups: Groups, at: number): number {
  return (groupAt(groups, at) << 16) | groupAt(groups, at + 1);
}

function groupAt({ written, before }: Groups, at: number): number {
  if (at < before) return written[at] ?? 0;
  const fromEnd = 8 - at;
  return written.length - before >= fromEnd ? (written[written.length - fromEnd] ?? 0) : 0;
}

/** Eight groups. `::` stands for one of them or more, as in inet_pton(3). */
function parseIPv6(text: string): Groups | undefined {
  const written: number[] = [];
  const gap = text.indexOf('::');
  if (gap < 0) return takeGroups(text, true, written) && written.length === 8 ? { written, before: 8 } : undefined;
  if (gap > 0 && !takeGroups(text.slice(0, gap), false, written)) return undefined;
  const before = written.length;
  const isWhole = gap + 2 === text.length || takeGroups(text.slice(gap + 2), true, written);
  return isWhole && written.length < 8 ? { written, before } : undefined;
}

/** Adds groups of up to four hexadecimal digits; only the end of an address may be written as IPv4. By character code, as IPv4. */
function takeGroups(text: string, isEnd: boolean, written: number[]): boolean {
  for (let start = 0; ; ) {
    const end = endOfDigits(text, start);
    if (isEnd && text.charCodeAt(end) === DOT) {
      const embedded = parseIPv4(text.slice(start));
      if (embedded !== undefined) written.push(embedded >>> 16, embedded & 0xffff);
      return embedded !== undefined;
    }
    if (end === start || end - start > 4) return false;
    written.push(hexadecimal(text, start, end));
    if (end === text.length) return true;
    if (text.charCodeAt(end) !== COLON) return false;
    start = end + 1;
  }
}

function hexadecimal(text: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i += 1) value = 16 * value + hexDigitOf(text.charCodeAt(i));
  return value;
}

/** Where the hexadecimal digits that begin at `start` end. */
function endOfDigits(text: string, start: number): number {
  let end = start;
  while (hexDigitOf(text.charCodeAt(end)) >= 0) end += 1;
  return end;
}
