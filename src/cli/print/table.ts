/** Aligned columns, as systemctl prints them: headings, two spaces between columns, no trailing blanks. */
import { printable } from '../../core/printable.js';
import type { Style } from './style.js';

export interface Column<T> {
  readonly heading: string;
  readonly text: (row: T) => string;
  readonly align?: 'left' | 'right';
  /** In a table that is wider than the terminal, the column with the lowest number goes first. Without it, it stays. */
  readonly dropped?: number;
  /** How the text is coloured. */
  readonly paint?: (row: T, style: Style) => (text: string) => string;
}

/**
 * The lines of the table; cells are made safe for a terminal. Columns that are empty in all rows are left out,
 * and as many of those that may be dropped as a terminal has no room for.
 */
export function formatTable<T>(rows: readonly T[], columns: readonly Column<T>[], style: Style): readonly string[] {
  const { widthOf } = style;
  const filled = columns
    .map((column) => ({ column, texts: rows.map((row) => printable(column.text(row))) }))
    .filter(({ texts }) => texts.some((text) => text !== ''))
    .map((cell) => ({
      ...cell,
      width: [cell.column.heading, ...cell.texts].reduce((widest, text) => Math.max(widest, widthOf(text)), 0),
    }));
  const cells = fitting(filled, style.columns ?? Number.POSITIVE_INFINITY);
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

/** Those of the cells that fit side by side, with two blanks between them. */
function fitting<C extends { readonly width: number; readonly column: { readonly dropped?: number } }>(
  cells: readonly C[],
  room: number,
): readonly C[] {
  const needed = cells.reduce((sum, { width }) => sum + width + 2, -2);
  const droppable = cells.flatMap(({ column }) => column.dropped ?? []);
  if (needed <= room || droppable.length === 0) return cells;
  const first = Math.min(...droppable);
  return fitting(
    cells.filter(({ column }) => column.dropped !== first),
    room,
  );
}
