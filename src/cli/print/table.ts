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

/** The texts of a column, and how wide each and the widest of them and the heading is. */
interface Cells<T> {
  readonly column: Column<T>;
  readonly texts: readonly string[];
  readonly widths: readonly number[];
  readonly width: number;
}

/**
 * The lines of the table; cells are made safe for a terminal. Columns that are empty in all rows are left out,
 * and as many of those that may be dropped as a terminal has no room for.
 */
export function formatTable<T>(rows: readonly T[], columns: readonly Column<T>[], style: Style): readonly string[] {
  const { widthOf } = style;
  const filled = columns.flatMap((column): readonly Cells<T>[] => {
    const texts = rows.map((row) => printable(column.text(row)));
    if (!texts.some((text) => text !== '')) return [];
    const widths = texts.map(widthOf);
    return [{ column, texts, widths, width: widths.reduce(larger, widthOf(column.heading)) }];
  });
  const cells = fitting(filled, style.columns ?? Number.POSITIVE_INFINITY);
  const heading = cells.map(({ column, width }) => padded(column.heading, width - widthOf(column.heading), column));
  const lines = rows.map((row, index) => {
    let line = '';
    for (const { column, texts, widths, width } of cells) {
      const text = texts[index] ?? '';
      const shown = column.paint?.(row, style)(text) ?? text;
      line += `${line === '' ? '' : '  '}${padded(shown, width - (widths[index] ?? 0), column)}`;
    }
    return line.trimEnd();
  });
  return [style.bold(heading.join('  ').trimEnd()), ...lines];
}

function larger(one: number, other: number): number {
  return Math.max(one, other);
}

function padded<T>(shown: string, blanks: number, { align = 'left' }: Column<T>): string {
  return align === 'left' ? shown + ' '.repeat(blanks) : ' '.repeat(blanks) + shown;
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
