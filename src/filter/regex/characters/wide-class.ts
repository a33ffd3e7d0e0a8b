/** Writes a character set for JavaScript's flag u, where `\p{…}` stands for Python's Unicode categories. */
import { type Category, type CharSet, complement, onlyChar, spaceRanges } from './char-set.js';
import { classText, escapeChar } from './escape-char.js';

const letters = '\\p{L}\\p{N}';

/** All connector punctuation but the underscore. */
const connectors = '\\u203f\\u2040\\u2054\\ufe33\\ufe34\\ufe4d-\\ufe4f\\uff3f';

const categoryText: Readonly<Record<Category, string>> = {
  word: `${letters}_`,
  'not-word': `\\p{M}\\p{Pd}\\p{Ps}\\p{Pe}\\p{Pi}\\p{Pf}\\p{Po}\\p{S}\\p{Z}\\p{C}${connectors}`,
  digit: '\\p{Nd}',
  'not-digit': '\\P{Nd}',
  space: classText(spaceRanges),
  'not-space': classText(complement(spaceRanges)),
};

export function wideClass(set: CharSet): string {
  const only = onlyChar(set);
  if (only !== undefined) return escapeChar(only);
  const { ranges, categories, negated } = set;
  return `[${negated ? '^' : ''}${classText(ranges)}${categories.map((category) => categoryText[category]).join('')}]`;
}
