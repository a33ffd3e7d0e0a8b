/**
 * Reads a filter's `journalmatch`: each line is split as a shell would; `+` and line ends separate alternatives,
 * within one alternative entries must match every field, and one field given twice means either value.
 */

/** Alternatives, each a list of FIELD=value, as sd_journal_add_disjunction(3) separates them. */
export function parseJournalmatch(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .flatMap((line) => alternatives(shellWords(line)))
    .filter((terms) => terms.length > 0);
}

function alternatives(words: readonly string[]): readonly (readonly string[])[] {
  const groups: string[][] = [[]];
  for (const word of words) {
    if (word === '+') groups.push([]);
    else groups.at(-1)?.push(word);
  }
  return groups;
}

/** POSIX quoting: '…' is literal, in "…" a backslash quotes `"` and `\`, elsewhere any character. */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  const word = /\s*((?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+|['"\\].*)/gsy;
  for (const match of line.matchAll(word)) words.push(unquote(match[1] ?? ''));
  return words;
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gs,
    (_all, single?: string, double?: string, quoted?: string) => {
      if (single !== undefined) return single;
      if (double !== undefined) return double.replace(/\\(["\\])/g, '$1');
      return quoted ?? '';
    },
  );
}
