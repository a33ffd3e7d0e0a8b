/** Lines that are as wide as the screen at most, where that is possible. */
import type { Measure } from '../../text/width.js';
import { type Droppable, GAP, sideBySide } from '../print/side-by-side.js';

/** A part of a line. */
export interface Part extends Droppable {
  readonly text: string;
}

/** The parts that fit, in their order. */
export function fitted(parts: readonly Part[], columns: number, widthOf: Measure): string {
  const shown = sideBySide(parts, ({ text }) => widthOf(text), columns);
  return shown.map(({ text }) => text).join(' '.repeat(GAP));
}

/** The first of the texts that fits, or the last one. */
export function firstFitting(texts: readonly string[], columns: number, widthOf: Measure): string {
  return texts.find((text) => widthOf(text) <= columns) ?? texts.at(-1) ?? '';
}
