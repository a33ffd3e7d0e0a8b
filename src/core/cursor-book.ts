/**
 * Keeps journal cursors short: the ids of the journal file's origin and of the boot, which thousands of cursors share,
 * are written down once, and the numbers as bytes. Invariant: unpacking gives back exactly the texts that were packed.
 *
 * The form systemd has given cursors since v187: `s=ID;i=SEQNUM;b=BOOT;m=MONOTONIC;t=REALTIME;x=HASH`, two ids of 32 and
 * numbers of any count of hexadecimal digits.
 */

/** One text for many cursors, a character for each byte; or the cursors as they are when one of them has another form. */
export type PackedCursors = string | readonly string[];

/** What the cursors of one journal file have in common: the two ids, with what stands around them. */
interface Origin {
  readonly start: string;
  readonly boot: string;
}

const ID = /^[0-9a-f]{32}$/;
const ID_DIGITS = 32;
const ZERO = 48;
const NINE = 57;
const SEMICOLON = 59;
const SMALL_A = 97;
const SMALL_F = 102;

export class CursorBook {
  readonly #numbers = new Map<string, number>();
  readonly #origins: Origin[] = [];
  /** The cursor before is mostly of the same origin. */
  #latest = 0;

  pack(cursors: readonly string[]): PackedCursors {
    const bytes: number[] = [];
    for (const cursor of cursors) {
      if (!this.#add(bytes, cursor)) return cursors;
    }
    return String.fromCharCode(...bytes);
  }

  unpack(packed: PackedCursors): readonly string[] {
    if (typeof packed !== 'string') return packed;
    const cursors: string[] = [];
    for (let at = 0; at < packed.length; ) {
      const origin = this.#origins[(packed.charCodeAt(at) << 8) | packed.charCodeAt(at + 1)];
      at += 2;
      const numbers: string[] = [];
      while (numbers.length < 4) {
        const digits = packed.charCodeAt(at);
        const end = at + 1 + ((digits + 1) >> 1);
        numbers.push(hexadecimal(packed, at + 1, end).slice(-digits));
        at = end;
      }
      const [i, m, t, x] = numbers;
      cursors.push(`${origin?.start}${i}${origin?.boot}${m};t=${t};x=${x}`);
    }
    return cursors;
  }

  /** Two bytes for the origin, then for each number how many digits it has and two of them a byte. False: it has another form. */
  #add(bytes: number[], cursor: string): boolean {
    const first = 's='.length + ID_DIGITS + ';i='.length;
    const boot = endOfPart(cursor, first);
    const second = boot + ';b='.length + ID_DIGITS + ';m='.length;
    const realtime = endOfPart(cursor, second);
    const hash = endOfPart(cursor, realtime + ';t='.length);
    if (!standsAt(cursor, ';t=', realtime) || !standsAt(cursor, ';x=', hash)) return false;
    const origin = this.#numberOf(cursor, first, boot, second);
    if (origin === undefined) return false;
    bytes.push(origin >> 8, origin & 0xff);
    return (
      addNumber(bytes, cursor, first, boot) &&
      addNumber(bytes, cursor, second, realtime) &&
      addNumber(bytes, cursor, realtime + ';t='.length, hash) &&
      addNumber(bytes, cursor, hash + ';x='.length, cursor.length)
    );
  }

  /** The number of the cursor's origin; undefined when its ids are none, or there are too many already. */
  #numberOf(cursor: string, first: number, boot: number, second: number): number | undefined {
    const latest = this.#origins[this.#latest];
    if (latest !== undefined && standsAt(cursor, latest.start, 0) && standsAt(cursor, latest.boot, boot)) {
      return this.#latest;
    }
    const origin = { start: cursor.slice(0, first), boot: cursor.slice(boot, second) };
    const number = this.#numbers.get(origin.start + origin.boot) ?? this.#note(origin);
    if (number !== undefined) this.#latest = number;
    return number;
  }

  #note({ start, boot }: Origin): number | undefined {
    const [file, machine] = [start.slice(2, -3), boot.slice(3, -3)];
    if (!ID.test(file) || !ID.test(machine) || this.#origins.length > 0xffff) return undefined;
    if (start !== `s=${file};i=` || boot !== `;b=${machine};m=`) return undefined;
    this.#numbers.set(start + boot, this.#origins.length);
    return this.#origins.push({ start, boot }) - 1;
  }
}

/** The place of the first semicolon from `start` on; the text's length when there is none. */
function endOfPart(text: string, start: number): number {
  let end = start;
  while (end < text.length && text.charCodeAt(end) !== SEMICOLON) end += 1;
  return end;
}

/** String.startsWith, several times as fast: half a million cursors are compared at a start with many bans. */
function standsAt(text: string, part: string, start: number): boolean {
  if (start + part.length > text.length) return false;
  for (let at = 0; at < part.length; at += 1) {
    if (text.charCodeAt(start + at) !== part.charCodeAt(at)) return false;
  }
  return true;
}

/** False when it is no number of 1 to 255 digits. */
function addNumber(bytes: number[], text: string, start: number, end: number): boolean {
  const digits = end - start;
  if (digits < 1 || digits > 0xff) return false;
  bytes.push(digits);
  let isHigh = digits % 2 === 0;
  let byte = 0;
  for (let place = start; place < end; place += 1) {
    const digit = digitOf(text.charCodeAt(place));
    if (digit < 0) return false;
    if (isHigh) byte = digit << 4;
    else {
      bytes.push(byte | digit);
      byte = 0;
    }
    isHigh = !isHigh;
  }
  return true;
}

function digitOf(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  return code >= SMALL_A && code <= SMALL_F ? code - SMALL_A + 10 : -1;
}

/** Two digits for each byte. */
function hexadecimal(bytes: string, start: number, end: number): string {
  let text = '';
  for (let place = start; place < end; place += 1) text += bytes.charCodeAt(place).toString(16).padStart(2, '0');
  return text;
}
