/** Lines put together of parts, without those that are needed least where there is no room for all. */
import type { Measure } from '../../text/width.js';

/** A part of a line; the higher `dropped` is, the sooner it is left out, and what has none never is. */
export interface Part {
  readonly text: string;
  readonly dropped?: number;
}

/** The parts that fit, in their order, with two blanks between them. */
export function fitted(parts: readonly Part[], columns: number, widthOf: Measure): string {
  const line = parts.map(({ text }) => text).join('  ');
  const least = Math.max(0, ...parts.map(({ dropped = 0 }) => dropped));
  if (least === 0 || widthOf(line) <= columns) return line;
  return fitted(
    parts.filter(({ dropped = 0 }) => dropped !== least),
    columns,
    widthOf,
  );
}

/** The first of the texts that fits, or the last one. */
export function firstFitting(texts: readonly string[], columns: number, widthOf: Measure): string {
  return texts.find((text) => widthOf(text) <= columns) ?? texts.at(-1) ?? '';
}
