/** Writes the part of a character set that lies in Latin-1 as JavaScript without flags. */
import { type CharSet, complement, latin1Part, onlyChar } from './char-set.js';
import { classText, escapeChar } from './escape-char.js';

/** `[]`, which matches nothing, when the set lies beyond Latin-1. */
export function narrowClass(set: CharSet): string {
  const only = onlyChar(set);
  if (only !== undefined) return only > 0xff ? '[]' : escapeChar(only);
  const ranges = latin1Part(set);
  const rest = complement(ranges, 0xff);
  if (ranges.length === 0) return '[]';
  if (rest.length === 0) return '[^]';
  const [[first, last] = [0, 0]] = ranges;
  if (ranges.length === 1 && first === last) return escapeChar(first);
  const positive = `[${classText(ranges)}]`;
  const negative = `[^${classText(rest)}]`;
  return negative.length < positive.length ? negative : positive;
}
