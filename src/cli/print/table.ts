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
  const { widthOf } = style;
  const cells = columns
    .map((column) => ({ column, texts: rows.map((row) => printable(column.text(row))) }))
    .filter(({ texts }) => texts.some((text) => text !== ''))
    .map((cell) => ({
      ...cell,
      width: [cell.column.heading, ...cell.texts].reduce((widest, text) => Math.max(widest, widthOf(text)), 0),
    }));
  const padded = (text: string, width: number, { align = 'left' }: Column<T>, shown = text) => {
    const blanks = ' '.repeat(width - widthOf(text));
    return align === 'left' ? shown + blanks : blanks + shown;
  };
  const heading = cells.map(({ column, width }) => padded(column.heading, width, column)).join('  ');
  const lines = rows.map((row, index) =>
    cells
      .map(({ column, texts, width }) => {
        const text = texts[index] ?? '';
        return padded(text, width, column, column.paint?.(row, style)(text));
      })
      .join('  ')
      .trimEnd(),
  );
  return [style.bold(heading.trimEnd()), ...lines];
}
