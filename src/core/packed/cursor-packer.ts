/**
 * Keeps journal cursors short: the ids of the journal file's origin and of the boot, which thousands of cursors share,
 * are written down once, and the numbers as bytes. Invariant: unpacking gives back exactly the texts that were packed.
 */

import { smallHexDigit, smallHexDigitOf } from '../address/hex-digit.js';
import type { UnreadCursors } from '../ban.js';
import { type CursorPlaces, cursorPlaces, ID_DIGITS, KEYS } from '../cursor.js';

/**
 * One text for many cursors, a character for each byte; or the cursors as they are when one of them has another form. One
 * of another form alone is a text, too, as a list of it would take twice the room.
 */
export type PackedCursors = string | readonly string[];

/** What the cursors of one journal file have in common: the two ids as bytes, and as they stand with the keys around. */
interface Origin {
  readonly seqnumId: Uint8Array;
  readonly bootId: Uint8Array;
  readonly beginning: string;
  readonly middle: string;
}

const ID = /^[0-9a-f]{32}$/;
/** The longest cursor of the form: two ids and four numbers of 255 digits. */
const LONGEST = 2 * ID_DIGITS + 4 * 255 + Object.values(KEYS).join('').length;
/** Bytes that the cursors of a ban or a failure are packed in. */
const ROOM = 8 * LONGEST;
/** Of one that has another form, in the place of an origin: both bytes. What follows is its text. */
const AS_IT_IS = 0xff;
const MOST_ORIGINS = 0xff_ff;
const QUOTE = 34;
const COMMA = 44;

export class CursorPacker {
  readonly #numbers = new Map<string, number>();
  readonly #origins: Origin[] = [];
  /** The cursor before is mostly of the same origin. */
  #latest = 0;
  #latestOrigin: Origin | undefined;
  /** Where texts become bytes, and bytes texts. */
  readonly #scratch = Buffer.alloc(LONGEST);
  /** What is being packed, and how many bytes it takes so far. */
  #packed = Buffer.alloc(ROOM);
  #length = 0;

  pack(cursors: readonly string[] | UnreadCursors): PackedCursors {
    if ('read' in cursors) return this.#packUnread(cursors) ?? this.pack(cursors.read());
    this.#length = 0;
    for (const cursor of cursors)
      if (!this.#addText(cursor)) return cursors.length === 1 ? (this.#asItIs(cursor) ?? cursors) : cursors;
    return this.#text();
  }

  /** One cursor as `pack` packs it; undefined when it has another form. */
  packOne(cursor: string): string | undefined {
    this.#length = 0;
    return this.#addText(cursor) ? this.#text() : undefined;
  }

  /** Undefined when one of them has another form. What is escaped in JSON has. */
  #packUnread({ bytes, start, end }: UnreadCursors): PackedCursors | undefined {
    this.#length = 0;
    // Between the brackets: `"…","…"`.
    for (let at = start + 1; at < end - 1; ) {
      const quote = bytes.indexOf(QUOTE, at + 1);
      if (bytes[at] !== QUOTE || quote < 0 || !this.#add(bytes, at + 1, quote)) return undefined;
      at = quote + 1;
      if (at < end - 1 && bytes[at] !== COMMA) return undefined;
      at += 1;
    }
    return this.#text();
  }

  unpack(packed: PackedCursors): readonly string[] {
    if (typeof packed !== 'string') return packed;
    if (packed.charCodeAt(0) === AS_IT_IS && packed.charCodeAt(1) === AS_IT_IS) return [packed.slice(2)];
    const cursors: string[] = [];
    for (let at = 0; at < packed.length; ) {
      const origin = this.#origins[(packed.charCodeAt(at) << 8) | packed.charCodeAt(at + 1)];
      at += 2;
      let length = 0;
      for (const before of [origin?.beginning, origin?.middle, KEYS.realtime, KEYS.hash]) {
        const digits = packed.charCodeAt(at);
        length = spellKey(this.#scratch, length, before ?? '');
        length = spellDigits(this.#scratch, length, packed, at + 1, digits);
        at += 1 + ((digits + 1) >> 1);
      }
      cursors.push(this.#scratch.toString('latin1', 0, length));
    }
    return cursors;
  }

  /** Undefined when it is too long, or its characters are no bytes. */
  #asItIs(cursor: string): string | undefined {
    if (!this.#spell(cursor)) return undefined;
    this.#length = 0;
    this.#makeRoom();
    this.#put(AS_IT_IS);
    this.#put(AS_IT_IS);
    for (let at = 0; at < cursor.length; at += 1) this.#put(this.#scratch[at] ?? 0);
    return this.#text();
  }

  /** As `#add`. Of the same origin as the cursor before, only its numbers are looked at one by one. */
  #addText(text: string): boolean {
    const latest = this.#latestOrigin;
    const seqnum = latest?.beginning.length ?? 0;
    const seqnumEnd = text.indexOf(';', seqnum);
    const monotonic = seqnumEnd + (latest?.middle.length ?? 0);
    const monotonicEnd = text.indexOf(KEYS.realtime, monotonic);
    const realtime = monotonicEnd + KEYS.realtime.length;
    const realtimeEnd = text.indexOf(KEYS.hash, realtime);
    const isKnown =
      latest !== undefined &&
      text.length <= LONGEST &&
      text.startsWith(latest.beginning) &&
      text.startsWith(latest.middle, seqnumEnd) &&
      monotonicEnd > 0 &&
      realtimeEnd > 0;
    if (!isKnown) return this.#spell(text) && this.#add(this.#scratch, 0, text.length);
    this.#makeRoom();
    this.#put(this.#latest >> 8);
    this.#put(this.#latest & 0xff);
    return (
      this.#addDigits(text, seqnum, seqnumEnd) &&
      this.#addDigits(text, monotonic, monotonicEnd) &&
      this.#addDigits(text, realtime, realtimeEnd) &&
      this.#addDigits(text, realtimeEnd + KEYS.hash.length, text.length)
    );
  }

  /** As `#addNumber`. */
  #addDigits(text: string, start: number, end: number): boolean {
    const digits = end - start;
    if (digits < 1 || digits > 0xff) return false;
    const packed = this.#packed;
    let length = this.#length;
    packed[length] = digits;
    length += 1;
    let place = start;
    if (digits % 2 === 1) {
      const digit = smallHexDigitOf(text.charCodeAt(place));
      if (digit < 0) return false;
      packed[length] = digit;
      length += 1;
      place += 1;
    }
    for (; place < end; place += 2) {
      const byte = (smallHexDigitOf(text.charCodeAt(place)) << 4) | smallHexDigitOf(text.charCodeAt(place + 1));
      if (byte < 0) return false;
      packed[length] = byte;
      length += 1;
    }
    this.#length = length;
    return true;
  }

  /** Writes the text's characters into the scratch; false when they are no bytes or too many. */
  #spell(text: string): boolean {
    if (text.length > LONGEST) return false;
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      if (code > 0xff) return false;
      this.#scratch[at] = code;
    }
    return true;
  }

  /**
   * Adds to `#packed`: two bytes for the origin, then for each number how many digits it has and two of them a byte.
   * False: it has another form.
   */
  #add(bytes: Uint8Array, start: number, end: number): boolean {
    this.#makeRoom();
    const places = cursorPlaces(bytes, start, end);
    if (places === undefined) return false;
    const origin = this.#numberOf(bytes, places);
    if (origin === undefined) return false;
    this.#put(origin >> 8);
    this.#put(origin & 0xff);
    return (
      this.#addNumber(bytes, places.seqnum, places.bootId - KEYS.bootId.length) &&
      this.#addNumber(bytes, places.monotonic, places.realtime - KEYS.realtime.length) &&
      this.#addNumber(bytes, places.realtime, places.hash - KEYS.hash.length) &&
      this.#addNumber(bytes, places.hash, end)
    );
  }

  /** False when it is no number of 1 to 255 digits. */
  #addNumber(bytes: Uint8Array, start: number, end: number): boolean {
    const digits = end - start;
    if (digits < 1 || digits > 0xff) return false;
    this.#put(digits);
    // An odd first digit is a byte of its own.
    let high = 0;
    for (let place = start; place < end; place += 1) {
      const digit = smallHexDigitOf(bytes[place] ?? 0);
      if (digit < 0) return false;
      if ((end - place) % 2 === 0) high = digit << 4;
      else {
        this.#put(high | digit);
        high = 0;
      }
    }
    return true;
  }

  #put(byte: number): void {
    this.#packed[this.#length] = byte;
    this.#length += 1;
  }

  /** For one more cursor: an import may hold any number of them. */
  #makeRoom(): void {
    if (this.#packed.length - this.#length >= LONGEST) return;
    this.#packed = Buffer.concat([this.#packed], 2 * this.#packed.length);
  }

  /** In one piece: a text that is put together of several keeps each of them, twice the memory of a ban. */
  #text(): string {
    const text = this.#packed.toString('latin1', 0, this.#length);
    if (this.#packed.length > ROOM) this.#packed = Buffer.alloc(ROOM);
    return text;
  }

  /** The number of the cursor's origin; undefined when its ids are none, or there are too many already. */
  #numberOf(bytes: Uint8Array, { seqnumId, bootId }: CursorPlaces): number | undefined {
    const latest = this.#latestOrigin;
    if (latest !== undefined && standsAt(bytes, latest.seqnumId, seqnumId) && standsAt(bytes, latest.bootId, bootId)) {
      return this.#latest;
    }
    const [series, boot] = [idAt(bytes, seqnumId), idAt(bytes, bootId)];
    const number = this.#numbers.get(series + boot) ?? this.#note(series, boot);
    if (number === undefined) return undefined;
    this.#latest = number;
    this.#latestOrigin = this.#origins[number];
    return number;
  }

  #note(seqnumId: string, bootId: string): number | undefined {
    if (!ID.test(seqnumId) || !ID.test(bootId) || this.#origins.length >= MOST_ORIGINS) return undefined;
    this.#numbers.set(seqnumId + bootId, this.#origins.length);
    const beginning = `${KEYS.seqnumId}${seqnumId}${KEYS.seqnum}`;
    const middle = `${KEYS.bootId}${bootId}${KEYS.monotonic}`;
    return this.#origins.push({ seqnumId: codesOf(seqnumId), bootId: codesOf(bootId), beginning, middle }) - 1;
  }
}

function codesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function idAt(bytes: Uint8Array, start: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + ID_DIGITS));
}

function standsAt(bytes: Uint8Array, part: Uint8Array, start: number): boolean {
  for (let at = 0; at < part.length; at += 1) {
    if (bytes[start + at] !== part[at]) return false;
  }
  return true;
}

/** Writes what stands before a number at `at`; answers with the end. */
function spellKey(bytes: Uint8Array, at: number, text: string): number {
  for (let place = 0; place < text.length; place += 1) bytes[at + place] = text.charCodeAt(place);
  return at + text.length;
}

/** Writes a packed number at `at`: two digits of each character from `start` on, of the first one perhaps one. */
function spellDigits(bytes: Uint8Array, at: number, packed: string, start: number, digits: number): number {
  let place = start;
  let to = at;
  if (digits % 2 === 1) {
    bytes[to] = smallHexDigit(packed.charCodeAt(place));
    place += 1;
    to += 1;
  }
  for (; to < at + digits; to += 2) {
    const byte = packed.charCodeAt(place);
    bytes[to] = smallHexDigit(byte >> 4);
    bytes[to + 1] = smallHexDigit(byte & 0xf);
    place += 1;
  }
  return to;
}
