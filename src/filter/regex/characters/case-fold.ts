/**
 * Which characters Python's `re` takes for the same under `(?i)`: those whose lower-case forms are equal or have
 * the same upper case, so `s` is also `ſ`, `k` the Kelvin sign, and `i` both dotless `ı` and dotted `İ`.
 */
import type { Range } from './range.js';

const lastCased = 0x1e943;
const dottedCapitalI = '\u0130';

/** The ASCII letters that have variants elsewhere. */
const strangers: Readonly<Record<string, readonly number[]>> = { I: [0x130, 0x131], K: [0x212a], S: [0x17f] };

/** Python lowers character by character, so İ becomes a plain i. */
function lowerChar(char: string): string {
  return char === dottedCapitalI ? 'i' : char.toLowerCase();
}

/** Equal for the characters that are the same. */
function key(codePoint: number): string {
  return lowerChar(String.fromCodePoint(codePoint)).toUpperCase();
}

/** Each character's own lower-case form, as back-references compare under `(?i)`. */
export function lowerCase(text: string, ascii: boolean): string {
  if (ascii) return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return Array.from(text, lowerChar).join('');
}

function buildVariants(): ReadonlyMap<number, readonly number[]> {
  const byKey = new Map<string, number[]>();
  const cased = /\p{Changes_When_Casemapped}/u;
  for (let point = 0x80; point <= lastCased; point++) {
    if (!cased.test(String.fromCodePoint(point))) continue;
    const name = key(point);
    const same = byKey.get(name);
    if (same === undefined) byKey.set(name, [point]);
    else same.push(point);
  }
  return new Map([...byKey.values()].flatMap((same) => same.map((point) => [point, same])));
}

let variantsBeyondAscii: ReadonlyMap<number, readonly number[]> | undefined;

/** Built when first needed, 15 ms: hardly any filter has case-insensitive letters beyond ASCII. */
function beyondAscii(): ReadonlyMap<number, readonly number[]> {
  variantsBeyondAscii ??= buildVariants();
  return variantsBeyondAscii;
}

function isAsciiLetter(point: number): boolean {
  return (point >= 0x41 && point <= 0x5a) || (point >= 0x61 && point <= 0x7a);
}

/** The other case forms of all characters in the ranges; of ASCII letters only, and only ASCII ones, under `(?a)`. */
export function caseVariants(ranges: readonly Range[], ascii: boolean): Range[] {
  const found = new Set<number>();
  for (const [first, last] of ranges) {
    addOfAscii(first, Math.min(last, 0x7f), ascii, found);
    if (!ascii && last > 0x7f) addBeyondAscii(first, last, found);
  }
  return [...found].map((point) => [point, point]);
}

function addOfAscii(first: number, last: number, ascii: boolean, found: Set<number>): void {
  for (let point = first; point <= last; point++) {
    if (!isAsciiLetter(point)) continue;
    found.add(point ^ 0x20);
    if (ascii) continue;
    for (const other of strangers[String.fromCharCode(point).toUpperCase()] ?? []) found.add(other);
  }
}

function addBeyondAscii(first: number, last: number, found: Set<number>): void {
  for (const [point, same] of beyondAscii()) {
    if (point < first || point > last) continue;
    for (const other of same) found.add(other);
    const name = key(point);
    if (name.length === 1 && isAsciiLetter(name.charCodeAt(0))) {
      found.add(name.charCodeAt(0));
      found.add(name.charCodeAt(0) | 0x20);
    }
  }
}
