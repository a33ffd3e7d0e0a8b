/**
 * Words that every text has which a regex matches: at least one of a few. Looking for them takes a fraction of what
 * running the regex does. Invariant: in doubt there are none.
 */
import type { CharSet } from './characters/char-set.js';
import { classText, escapeChar } from './characters/escape-char.js';
import type { RegexNode } from './syntax.js';

/** One of them is in every text that matches. */
export interface RequiredWords {
  /** As sources of JavaScript's regexes, which have no choices but between single characters. */
  readonly sources: readonly string[];
  /** Characters of the shortest of them. */
  readonly length: number;
}

/** Of a word with so many spellings of a character nothing is gained. Letters of either case have up to three. */
const MOST_SPELLINGS = 4;
/** Looking for more words takes as long as a regex. */
const MOST_WORDS = 64;
/** The beginning of a longer word does as well. Characters. */
const LONGEST = 32;
const LAST_UNIT = 0xffff;
const NEWLINE = 0x0a;

/** The words of which fewest texts have one; undefined where nothing can be said. A newline is in none of them. */
export function requiredWords(node: RegexNode): RequiredWords | undefined {
  return rarest(allRequiredWords(node));
}

/** A text that matches has one of the words of each. */
export function allRequiredWords(node: RegexNode): readonly RequiredWords[] {
  switch (node.kind) {
    case 'chars':
    case 'sequence':
    case 'group':
    case 'atomic':
      return [...wordsInSequence(itemsOf(node))];
    case 'alternation':
      return listOf(anyOf(node.branches.map(requiredWords)));
    case 'repeat':
      return node.min > 0 ? allRequiredWords(node.body) : [];
    case 'look':
    case 'anchor':
    case 'reference':
    case 'conditional':
      return [];
  }
}

/** One of the words of one of them; undefined when one of them has none, or there are too many. */
export function anyOf(all: readonly (RequiredWords | undefined)[]): RequiredWords | undefined {
  const known = all.filter((words) => words !== undefined);
  if (known.length === 0 || known.length < all.length) return undefined;
  const sources = [...new Set(known.flatMap((words) => words.sources))];
  if (sources.length > MOST_WORDS) return undefined;
  return { sources, length: Math.min(...known.map(({ length }) => length)) };
}

/** What has to match one after the other, whatever is captured of it. */
function itemsOf(node: RegexNode): readonly RegexNode[] {
  if (node.kind === 'sequence') return node.items.flatMap(itemsOf);
  return node.kind === 'group' || node.kind === 'atomic' ? itemsOf(node.body) : [node];
}

/** The words that single characters make, and those of the other items. */
function* wordsInSequence(items: readonly RegexNode[]): Generator<RequiredWords> {
  let word: readonly string[] = [];
  // What takes no character does not part what is on both sides of it.
  for (const item of items.filter(({ kind }) => kind !== 'anchor' && kind !== 'look')) {
    const source = item.kind === 'chars' ? charSource(item.set) : undefined;
    if (source !== undefined) {
      word = [...word, source];
      continue;
    }
    yield* written(word);
    word = [];
    if (item.kind !== 'chars') yield* allRequiredWords(item);
  }
  yield* written(word);
}

function* written(word: readonly string[]): Generator<RequiredWords> {
  const length = Math.min(word.length, LONGEST);
  if (length > 0) yield { sources: [word.slice(0, length).join('')], length };
}

/** To be sorted by: the longer a word, the fewer texts have it. */
export function byRarity(one: RequiredWords, other: RequiredWords): number {
  return other.length - one.length || one.sources.length - other.sources.length;
}

function rarest(all: readonly RequiredWords[]): RequiredWords | undefined {
  return [...all].sort(byRarity)[0];
}

function listOf(words: RequiredWords | undefined): readonly RequiredWords[] {
  return words === undefined ? [] : [words];
}

/** Undefined for a set of many characters. */
function charSource({ ranges, categories, negated }: CharSet): string | undefined {
  const spellings = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  const isWord = !negated && categories.length === 0 && spellings > 0 && spellings <= MOST_SPELLINGS;
  if (!isWord || ranges.some(([first, last]) => last > LAST_UNIT || (first <= NEWLINE && last >= NEWLINE)))
    return undefined;
  const [[first, last] = [0, 0]] = ranges;
  return ranges.length === 1 && first === last ? escapeChar(first) : `[${classText(ranges)}]`;
}
