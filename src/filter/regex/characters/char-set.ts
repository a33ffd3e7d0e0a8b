/**
 * Sets of characters as Python sees them: code points, with `\w`, `\d`, `\s` on all of Unicode kept by name.
 * A set is exact; what it holds of Latin-1 can be listed, and the rest is left to V8's Unicode properties.
 */
import { caseVariants } from './case-fold.js';
import type { Range } from './range.js';

/** `\w \d \s` of Python's str patterns and their complements. The ASCII forms under `(?a)` are plain ranges. */
export type Category = 'word' | 'digit' | 'space' | 'not-word' | 'not-digit' | 'not-space';

export interface CharSet {
  /** Ascending, disjoint, not adjacent. */
  readonly ranges: readonly Range[];
  readonly categories: readonly Category[];
  /** The set holds everything but the ranges and categories. */
  readonly negated: boolean;
}

export const lastCodePoint = 0x10ffff;
const lastLatin1 = 0xff;

const asciiRanges: Readonly<Record<'word' | 'digit' | 'space', readonly Range[]>> = {
  word: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ],
  digit: [[0x30, 0x39]],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
};

/** What `str.isspace` accepts; the list has not changed since Unicode 6.3. */
export const spaceRanges: readonly Range[] = [
  [0x09, 0x0d],
  [0x1c, 0x20],
  [0x85, 0x85],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];

/** `str.isalnum` or `_`, which is letters and numbers of every kind; the part in Latin-1. */
const latin1Word: readonly Range[] = [
  ...asciiRanges.word,
  [0xaa, 0xaa],
  [0xb2, 0xb3],
  [0xb5, 0xb5],
  [0xb9, 0xba],
  [0xbc, 0xbe],
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0xff],
];

export const anyChar: CharSet = { ranges: [], categories: [], negated: true };
export const notNewline: CharSet = { ranges: [[0x0a, 0x0a]], categories: [], negated: true };

export function oneChar(point: number): CharSet {
  return { ranges: [[point, point]], categories: [], negated: false };
}

/** The only character of the set, if it has just one. */
export function onlyChar({ ranges, categories, negated }: CharSet): number | undefined {
  const [range] = ranges;
  if (negated || range === undefined || ranges.length > 1 || categories.length > 0) return undefined;
  return range[0] === range[1] ? range[0] : undefined;
}

/** Sorts ranges and joins those that touch. */
export function union(ranges: readonly Range[]): Range[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const joined: Range[] = [];
  for (const [first, last] of sorted) {
    const previous = joined.at(-1);
    if (previous !== undefined && first <= previous[1] + 1) {
      joined[joined.length - 1] = [previous[0], Math.max(previous[1], last)];
    } else {
      joined.push([first, last]);
    }
  }
  return joined;
}

/** Everything up to `top` that the ranges leave out. */
export function complement(ranges: readonly Range[], top = lastCodePoint): Range[] {
  const gaps: Range[] = [];
  let next = 0;
  for (const [first, last] of ranges) {
    if (first > top) break;
    if (first > next) gaps.push([next, first - 1]);
    next = last + 1;
  }
  if (next <= top) gaps.push([next, top]);
  return gaps;
}

/** The ranges of an ASCII category (under `(?a)`). */
export function asciiCategory(category: Category): readonly Range[] {
  switch (category) {
    case 'word':
    case 'digit':
    case 'space':
      return asciiRanges[category];
    case 'not-word':
      return complement(asciiRanges.word);
    case 'not-digit':
      return complement(asciiRanges.digit);
    case 'not-space':
      return complement(asciiRanges.space);
  }
}

function latin1Category(category: Category): readonly Range[] {
  switch (category) {
    case 'word':
      return latin1Word;
    case 'digit':
      return asciiRanges.digit;
    case 'space':
      return spaceRanges;
    case 'not-word':
      return complement(latin1Word, lastLatin1);
    case 'not-digit':
      return complement(asciiRanges.digit, lastLatin1);
    case 'not-space':
      return complement(spaceRanges, lastLatin1);
  }
}

/** The set's part in U+0000 to U+00FF. */
export function latin1Part(set: CharSet): readonly Range[] {
  const all = union([...set.ranges, ...set.categories.flatMap(latin1Category)]);
  if (set.negated) return complement(all, lastLatin1);
  return all.filter(([first]) => first <= lastLatin1).map(([first, last]) => [first, Math.min(last, lastLatin1)]);
}

/**
 * The set under `(?i)`: what it holds, and everything Python takes for the same letter. Categories need nothing:
 * all case variants of a letter are letters.
 */
export function ignoringCase(set: CharSet, ascii: boolean): CharSet {
  return { ...set, ranges: union([...set.ranges, ...caseVariants(set.ranges, ascii)]) };
}
