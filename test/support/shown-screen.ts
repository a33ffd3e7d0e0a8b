/** What a terminal shows after what was written to it, as far as f2bctl's own sequences go: a small part of ECMA-48. */

/** A sequence of control characters, or text between two. */
const PARTS = /\u001b\[([?\d;]*)([A-Za-z])|[^\u001b\r\n]+/g;

/** The lines of a terminal that does not wrap, without blanks at their ends. */
export function shownScreen(written: string, columns: number, rows: number): readonly string[] {
  const lines = Array.from({ length: rows }, () => '');
  let [row, column] = [0, 0];
  const put = (text: string): void => {
    const line = lines[row] ?? '';
    lines[row] = line.slice(0, column).padEnd(column) + text + line.slice(column + text.length);
    column = Math.min(columns - 1, column + text.length);
  };
  for (const [part, given = '', final] of written.matchAll(PARTS)) {
    const numbers = given.split(';').map(Number);
    if (final === 'H') [row, column] = [(numbers[0] || 1) - 1, (numbers[1] || 1) - 1];
    else if (final === 'J') lines.fill('');
    else if (final === 'K') lines[row] = (lines[row] ?? '').slice(0, column);
    else if (final === undefined) put(part);
  }
  return lines.map((line) => line.trimEnd());
}
