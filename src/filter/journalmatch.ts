/**
 * Reads a filter's `journalmatch`: each line is split as a shell would; `+` and line ends separate alternatives,
 * within one alternative entries must match every field, and one field given twice means either value.
 */
import { shellWords } from '../core/shell-words.js';

/** Alternatives, each a list of FIELD=value, as sd_journal_add_disjunction(3) separates them. */
export function parseJournalmatch(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .flatMap((line) => alternatives(wordsOf(line)))
    .filter((terms) => terms.length > 0);
}

/** What a quote without an end begins is one word, so that it is matched by nothing and told as it is written. */
function wordsOf(line: string): readonly string[] {
  const { words, unclosed } = shellWords(line);
  return unclosed === undefined ? words : [...words, unclosed];
}

function alternatives(words: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [[]];
  for (const word of words) {
    if (word === '+') groups.push([]);
    else groups.at(-1)?.push(word);
  }
  return groups;
}
