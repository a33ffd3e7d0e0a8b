/**
 * Tells of most texts in passing that a regex does not match them: a word is missing that every match has. Invariant: in
 * doubt a text may match.
 */
import { allRequiredWords, byRarity } from '../regex/required-words.js';
import type { RegexNode } from '../regex/syntax.js';

/** Looking for more words takes longer than they spare. */
const MOST = 3;
/** Shorter ones are in nearly every text. Characters. */
const SHORTEST = 2;

export class WordTest {
  readonly #root: RegexNode;
  /** Each finds something in every text that matches. Worked out when a text is first asked of. */
  #words: readonly RegExp[] | undefined;

  constructor(root: RegexNode) {
    this.#root = root;
  }

  /** False: the regex does not match the text, nor any text without a newline that is a part of it. */
  mayMatch(text: string): boolean {
    const words = this.#words ?? wordsOf(this.#root);
    this.#words = words;
    for (const word of words) if (!word.test(text)) return false;
    return true;
  }
}

function wordsOf(root: RegexNode): readonly RegExp[] {
  const all = allRequiredWords(root).filter(({ length }) => length >= SHORTEST);
  return all
    .sort(byRarity)
    .slice(0, MOST)
    .map(({ sources }) => new RegExp(sources.join('|')));
}
