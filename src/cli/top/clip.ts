/** Text cut to the columns that there are. For text that is safe to print, without colours. */
import type { Measure } from '../../text/width.js';

/** Before what goes on in another line. */
const INDENT = '    ';

/** As many characters from the beginning as fit. */
function beginning(text: string, columns: number, widthOf: Measure): string {
  const characters = Array.from(text);
  let [fits, over] = [0, characters.length + 1];
  while (fits + 1 < over) {
    const middle = (fits + over) >> 1;
    if (widthOf(characters.slice(0, middle).join('')) <= columns) fits = middle;
    else over = middle;
  }
  return characters.slice(0, fits).join('');
}

/** The text, or as much of it as fits with `…` behind it. */
export function clip(text: string, columns: number, widthOf: Measure): string {
  if (columns <= 0) return '';
  return widthOf(text) <= columns ? text : `${beginning(text, columns - 1, widthOf)}…`;
}

/** The same, filled up with blanks. */
export function cell(text: string, columns: number, widthOf: Measure): string {
  const shown = clip(text, columns, widthOf);
  return shown + ' '.repeat(Math.max(0, columns - widthOf(shown)));
}

/** The text in pieces that fit, broken at blanks where there are any. */
export function wrap(text: string, columns: number, widthOf: Measure): readonly string[] {
  const pieces: string[] = [];
  let left = text;
  while (widthOf(left) > columns) {
    const piece = beginning(left, columns, widthOf);
    const words = /^.*\S\s+(?=\S)/s.exec(piece)?.[0] ?? piece;
    if (words.length <= INDENT.length) break;
    pieces.push(words.trimEnd());
    left = INDENT + left.slice(words.length).trimStart();
  }
  return [...pieces, left];
}
