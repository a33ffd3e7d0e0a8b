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
const MAX_IPV4_TEXT = 15;

/** A link-local address (fe80::/10) with its interface: names of interfaces have up to 15 characters. */
const ZONED = /^([fF][eE][89abAB][0-9a-fA-F]:[0-9a-fA-F:.]{1,45})%[\w.-]{1,15}$/;

const IPV4_LENGTH = 32;
const IPV6_LENGTH = 128;
/** Where IPv4 begins within the 128 bits. */
const MAPPED = IPV6_LENGTH - IPV4_LENGTH;
/** The third word of an IPv4 address. */
export const MAPPED_WORD = 0xffff;

const ZERO = 48;
const NINE = 57;
const DOT = 46;
const SLASH = 47;
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
 * The zone of a link-local address (`fe80::1%eth0`, RFC 4007) is left out: it means that address on any link. Refused are
 * other zones, leading zeros, names, blanks, and everything else that could be read in two ways.
 */
export function parseAddress(text: string): Address | undefined {
  const word = parsePlainIPv4(text);
  if (word !== undefined) return addressFromWords(0, 0, MAPPED_WORD, word, IPV6_LENGTH);
  if (text.includes('%')) return parseZoned(text);
  if (text.length > MAX_TEXT) return undefined;
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127) return undefined;
    bytes[at] = code;
  }
  return parseAddressBytes(bytes, 0, bytes.length);
}

function parseZoned(text: string): Address | undefined {
  const [, unzoned] = ZONED.exec(text) ?? [];
  return unzoned === undefined ? undefined : parseAddress(unzoned);
}

/**
 * As parseIPv4, for a single IPv4 address and nothing else: what most journal entries need is read without making bytes
 * of it.
 */
function parsePlainIPv4(text: string): number | undefined {
  if (text.length > MAX_IPV4_TEXT) return undefined;
  let word = 0;
  let from = 0;
  for (let part = 0; part < 4; part += 1) {
    const to = part < 3 ? text.indexOf('.', from) : text.length;
    const byte = byteIn(text, from, to);
    if (byte === undefined) return undefined;
    word = (word << 8) | byte;
    from = to + 1;
  }
  return word;
}

/** A decimal number up to 255 without leading zeros. */
function byteIn(text: string, start: number, end: number): number | undefined {
  if (end <= start || (text.charCodeAt(start) === ZERO && end > start + 1)) return undefined;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const code = text.charCodeAt(at);
    if (code < ZERO || code > NINE) return undefined;
    value = value * 10 + code - ZERO;
  }
  return value <= 255 ? value : undefined;
}

/** The same for the text that the bytes from `start` to `end` spell: a million addresses are read so at a start. */
export function parseAddressBytes(bytes: Uint8Array, start: number, end: number): Address | undefined {
  if (end - start > MAX_TEXT) return undefined;
  let slash = start;
  let isIPv4 = true;
  for (; slash < end && bytes[slash] !== SLASH; slash += 1) if (bytes[slash] === COLON) isIPv4 = false;
  const length = slash === end ? fullLength(isIPv4 ? 4 : 6) : parseLength(bytes, slash + 1, end, isIPv4);
  if (length === undefined) return undefined;
  if (!isIPv4) return parseIPv6(bytes, start, slash, length);
  const word = parseIPv4(bytes, start, slash);
  return word === undefined ? undefined : addressFromWords(0, 0, MAPPED_WORD, word, MAPPED + length);
}

/** What follows the slash: a length, or for IPv4 also a netmask of ones followed by zeros. */
function parseLength(bytes: Uint8Array, start: number, end: number, isIPv4: boolean): number | undefined {
  const length = parseNumber(bytes, start, end, isIPv4 ? IPV4_LENGTH : IPV6_LENGTH);
  if (length !== undefined || !isIPv4) return length;
  const netmask = parseIPv4(bytes, start, end);
  if (netmask === undefined) return undefined;
  const ones = Math.clz32(~netmask);
  return netmask === mask(ones) ? ones : undefined;
}

/** A decimal number without leading zeros, at most `most`. */
function parseNumber(bytes: Uint8Array, start: number, end: number, most: number): number | undefined {
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const code = bytes[at] ?? 0;
    if (code < ZERO || code > NINE || (at > start && value === 0)) return undefined;
    value = value * 10 + code - ZERO;
    if (value > most) return undefined;
  }
  return end > start ? value : undefined;
}

/** Four decimal bytes as one signed word: this is what most journal entries need. */
function parseIPv4(bytes: Uint8Array, start: number, end: number): number | undefined {
  let word = 0;
  let from = start;
  for (let part = 0; part < 4; part += 1) {
    let to = from;
    while (to < end && bytes[to] !== DOT) to += 1;
    const byte = parseNumber(bytes, from, to, 255);
    if (byte === undefined || (to === end) !== (part === 3)) return undefined;
    word = (word << 8) | byte;
    from = to + 1;
  }
  return word;
}

/** Groups of 16 bits. `::` stands for one of them or more, as in inet_pton(3). */
function parseIPv6(bytes: Uint8Array, start: number, end: number, length: number): Address | undefined {
  const groups: number[] = [];
  const gap = gapIn(bytes, start, end);
  if (gap === end) {
    const isWhole = takeGroups(bytes, start, end, true, groups) && groups.length === 8;
    return isWhole ? networkOfGroups(groups, 8, length) : undefined;
  }
  if (gap > start && !takeGroups(bytes, start, gap, false, groups)) return undefined;
  const before = groups.length;
  if (gap + 2 < end && !takeGroups(bytes, gap + 2, end, true, groups)) return undefined;
  return groups.length < 8 ? networkOfGroups(groups, before, length) : undefined;
}

/** Where the first `::` stands; `end` when there is none. */
function gapIn(bytes: Uint8Array, start: number, end: number): number {
  let gap = start;
  while (gap < end && !(bytes[gap] === COLON && gap + 1 < end && bytes[gap + 1] === COLON)) gap += 1;
  return gap;
}

/** The groups that are missing of eight stand after the first `before`, and are zero. */
function networkOfGroups(groups: readonly number[], before: number, length: number): Address {
  const word = (at: number) => (groupAt(groups, before, at) << 16) | groupAt(groups, before, at + 1);
  return addressFromWords(word(0), word(2), word(4), word(6), length);
}

function groupAt(groups: readonly number[], before: number, at: number): number {
  if (at < before) return groups[at] ?? 0;
  const fromEnd = 8 - at;
  return groups.length - before >= fromEnd ? (groups[groups.length - fromEnd] ?? 0) : 0;
}

/** Adds groups of up to four hexadecimal digits; only the end of an address may be written as IPv4. */
function takeGroups(bytes: Uint8Array, start: number, end: number, isEnd: boolean, groups: number[]): boolean {
  for (let from = start; ; ) {
    const to = endOfDigits(bytes, from, end);
    if (isEnd && to < end && bytes[to] === DOT) {
      const embedded = parseIPv4(bytes, from, end);
      if (embedded !== undefined) groups.push(embedded >>> 16, embedded & 0xffff);
      return embedded !== undefined;
    }
    if (to === from || to - from > 4) return false;
    groups.push(hexadecimal(bytes, from, to));
    if (to === end) return true;
    if (bytes[to] !== COLON) return false;
    from = to + 1;
  }
}

function hexadecimal(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at += 1) value = 16 * value + hexDigitOf(bytes[at] ?? 0);
  return value;
}

/** Where the hexadecimal digits that begin at `start` end. */
function endOfDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && hexDigitOf(bytes[at] ?? 0) >= 0) at += 1;
  return at;
}
