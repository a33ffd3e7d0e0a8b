/** Words of a line as a POSIX shell has them, without its variables and patterns. */

/** One word's beginning: in single quotes, in double ones, a quoted character, or anything else but a space. */
const PIECE = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^\s'"\\]+)/suy;

/** The words, or undefined when a quote does not end. */
export function shellWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let at = 0;
  let word: string | undefined;
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
    } else return undefined;
  }
  return word === undefined ? words : [...words, word];
}
