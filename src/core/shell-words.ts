/** Words of a line as a POSIX shell has them, without its variables and patterns. */

/** One word's beginning: in single quotes, in double ones, a quoted character, or anything else but a space. */
const PIECE = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/suy;

export interface ShellWords {
  readonly words: readonly string[];
  /** From a quote on that does not end, or a backslash with nothing behind it; it may stand within a word. */
  readonly unclosed: string | undefined;
}

/** '…' is literal, in "…" a backslash quotes `"` and `\`, elsewhere any character. */
export function shellWords(line: string): ShellWords {
  const words: string[] = [];
  let at = 0;
  let word: string | undefined;
  const ended = () => (word === undefined ? words : [...words, word]);
  while (at < line.length) {
    PIECE.lastIndex = at;
    const found = PIECE.exec(line);
    if (found !== null) {
      const [whole, single, double, character, plain] = found;
      word = `${word ?? ''}${single ?? double?.replaceAll(/\\([\\"])/g, '$1') ?? character ?? plain ?? ''}`;
      at += whole.length;
    } else if (/\s/.test(line.charAt(at))) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else return { words: ended(), unclosed: line.slice(at) };
  }
  return { words: ended(), unclosed: undefined };
}
