/** Asks of single characters whether they are in a set. */
import { type CharSet, latin1Part } from './char-set.js';
import { wideClass } from './wide-class.js';

export type CharTest = (codePoint: number) => boolean;

/** A table for Latin-1, and V8's Unicode properties beyond. */
export function charTest(set: CharSet): CharTest {
  const latin1 = new Uint8Array(256);
  for (const [first, last] of latin1Part(set)) latin1.fill(1, first, last + 1);
  let beyond: RegExp | undefined;
  return (point) => {
    if (point < 256) return latin1[point] === 1;
    beyond ??= new RegExp(`^${wideClass(set)}$`, 'u');
    return beyond.test(String.fromCodePoint(point));
  };
}

const word = charTest({ ranges: [], categories: ['word'], negated: false });

/** Whether `\\b` takes the character for part of a word; undefined is the place beyond either end. */
export function isWordChar(point: number | undefined, ascii: boolean): boolean {
  return point !== undefined && (point < 0x80 || !ascii) && word(point);
}
