/** Aligned columns, as systemctl prints them: headings, two spaces between columns, no trailing blanks. */
import { printable } from '../../core/printable.js';
import type { Style } from './style.js';

export interface Column<T> {
  readonly heading: string;
  readonly text: (row: T) => string;
  readonly align?: 'left' | 'right';
  /** How the text is coloured. */
  readonly paint?: (row: T, style: Style) => (text: string) => string;
}

/** The lines of the table; cells are made safe for a terminal. Columns that are empty in all rows are left out. */
export function formatTable<T>(rows: readonly T[], columns: readonly Column<T>[], style: Style): readonly string[] {
  const cells = columns
    .map((column) => ({ column, texts: rows.map((row) => printable(column.text(row))) }))
    .filter(({ texts }) => texts.some((text) => text !== ''))
    .map((cell) => ({ ...cell, width: widthOf([cell.column.heading, ...cell.texts]) }));
  const heading = cells.map(({ column, width }) => pad(column.heading, width, column.align)).join('  ');
  const lines = rows.map((row, index) =>
    cells
      .map(({ column, texts, width }) => {
        const text = texts[index] ?? '';
        const padded = pad(text, width, column.align);
        const paint = column.paint?.(row, style);
        return paint === undefined ? padded : padded.replace(text, () => paint(text));
      })
      .join('  ')
      .trimEnd(),
  );
  return [style.bold(heading.trimEnd()), ...lines];
}

function widthOf(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, text.length), 0);
}

function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  return align === 'left' ? text.padEnd(width) : text.padStart(width);
}
