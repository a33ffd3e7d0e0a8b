/** Aligned columns, as systemctl prints them: headings, two spaces between columns, no trailing blanks. */
import { isPlain, printable } from '../../core/printable.js';
import type { Measure } from '../../text/width.js';
import { type Droppable, GAP, sideBySide } from './side-by-side.js';
import type { Style } from './style.js';

export interface Column<T> extends Droppable {
  readonly heading: string;
  readonly text: (row: T) => string;
  readonly align?: 'left' | 'right';
  /** How the text is coloured. */
  readonly paint?: (row: T, style: Style) => Paint;
}

type Paint = (text: string) => string;

/**
 * The lines of the table; cells are made safe for a terminal. Columns that are empty in all rows are left out,
 * and as many of those that may be dropped as a terminal has no room for.
 */
export function formatTable<T>(rows: readonly T[], columns: readonly Column<T>[], style: Style): readonly string[] {
  const table = new Table(columns, style);
  for (const row of rows) table.add(row);
  return [...table.portions(style.widthOf, [...rows.keys()])].flatMap((portion) => portion.split('\n'));
}

/** The same for rows that come one by one, and in another order than they are shown in: only their texts are kept. */
export class Table<T> {
  readonly #style: Style;
  readonly #columns: readonly Texts<T>[];

  constructor(columns: readonly Column<T>[], style: Style) {
    this.#style = style;
    this.#columns = columns.map((column) => new Texts(column));
  }

  add(row: T): void {
    for (const texts of this.#columns) texts.add(row, this.#style);
  }

  /** Whether each character is one column wide, in all rows. */
  get isPlain(): boolean {
    return this.#columns.every(({ isPlain }) => isPlain);
  }

  /** The heading, and a line for each row at these positions: some lines at a time. */
  *portions(widthOf: Measure, positions: readonly number[]): Generator<string> {
    const filled = this.#columns.filter((texts) => positions.some((at) => texts.at(at) !== ''));
    const measured = filled.map((texts) => texts.measured(widthOf, positions));
    const cells = sideBySide(measured, ({ width }) => width, this.#style.columns ?? Number.POSITIVE_INFINITY);
    const blanks = Array.from({ length: cells.reduce((sum, { width }) => sum + width + GAP, 1) }, blank);
    yield this.#style.bold(linesOf(cells, [HEADING], blanks));
    for (let start = 0; start < positions.length; start += PORTION) {
      yield linesOf(cells, positions.slice(start, start + PORTION), blanks);
    }
  }
}

/** Where the heading stands, before all rows. */
const HEADING = -1;

/** So many lines are put together at once: V8 copies each text once then, not once for its line and once for all. */
const PORTION = 500;

/** The texts of a column, safe for a terminal, and how each is coloured. */
class Texts<T> {
  readonly column: Column<T>;
  /** The heading, then those of the rows. */
  readonly #texts: string[];
  readonly #paints: Paint[] = [];
  #isPlain = true;
  /** The most characters that a text has. */
  #longest: number;

  constructor(column: Column<T>) {
    this.column = column;
    this.#texts = [column.heading];
    this.#longest = column.heading.length;
  }

  add(row: T, style: Style): void {
    const { text: textOf, paint } = this.column;
    const text = textOf(row);
    const before = this.#texts.at(-1);
    // Neighbours are often alike: then one text serves both.
    this.#texts.push(text === before ? before : this.#shown(text));
    if (paint !== undefined) this.#paints.push(paint(row, style));
  }

  #shown(text: string): string {
    this.#isPlain &&= isPlain(text);
    const shown = this.#isPlain ? text : printable(text);
    this.#longest = Math.max(this.#longest, shown.length);
    return shown;
  }

  get isPlain(): boolean {
    return this.#isPlain;
  }

  at(position: number): string {
    return this.#texts[position - HEADING] ?? '';
  }

  painted(position: number): string {
    const text = this.at(position);
    return this.#paints[position]?.(text) ?? text;
  }

  measured(measure: Measure, positions: readonly number[]): Cells<T> {
    const widthOf = this.#isPlain ? ({ length }: string) => length : measure;
    const isKnown = this.#isPlain && positions.length === this.#texts.length + HEADING;
    const wider = (most: number, at: number) => Math.max(most, widthOf(this.at(at)));
    const width = isKnown ? this.#longest : positions.reduce(wider, widthOf(this.at(HEADING)));
    return { column: this.column, dropped: this.column.dropped, texts: this, width, widthOf };
  }
}

/** A column that is shown, and how wide its widest text or heading is. */
interface Cells<T> extends Droppable {
  readonly column: Column<T>;
  readonly texts: Texts<T>;
  readonly width: number;
  readonly widthOf: Measure;
}

function blank(_: unknown, width: number): string {
  return ' '.repeat(width);
}

/** What is blank between two texts is written with the second: no line ends in blanks. */
function linesOf<T>(cells: readonly Cells<T>[], positions: readonly number[], blanks: readonly string[]): string {
  let lines = '';
  for (const at of positions) {
    if (lines !== '') lines += '\n';
    let gap = 0;
    for (const { column, texts, width, widthOf } of cells) {
      const text = texts.at(at);
      const missing = width - widthOf(text);
      if (text === '') gap += GAP + width;
      else if (column.align === 'right') {
        lines += (blanks[gap + missing] ?? '') + texts.painted(at);
        gap = GAP;
      } else {
        lines += (blanks[gap] ?? '') + texts.painted(at);
        gap = GAP + missing;
      }
    }
  }
  return lines;
}
