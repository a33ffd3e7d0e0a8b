/**
 * How many columns text takes on a terminal, where characters may be wide, combine with others, or show nothing. The
 * library that knows takes as long to load as the rest of f2bctl, so it is loaded only when there is such text.
 */

import { isPlain } from '../core/printable.js';

/** In columns; of text that is safe to print. */
export type Measure = (text: string) => number;

/** Of few texts many times the same: reasons, names of jails. */
const MAX_KNOWN = 10_000;

/** Measures by counting characters, and notices text for which that is not enough. */
export function countingMeasure(): { readonly widthOf: Measure; readonly isExact: boolean } {
  let isExact = true;
  return {
    widthOf(text) {
      isExact &&= isPlain(text);
      return text.length;
    },
    get isExact() {
      return isExact;
    },
  };
}

/** Measures any text, as the tables of Unicode have it. */
export async function exactMeasure(): Promise<Measure> {
  const { default: stringWidth } = await import('string-width');
  const known = new Map<string, number>();
  return (text) => {
    if (isPlain(text)) return text.length;
    const width = known.get(text) ?? stringWidth(text);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(text, width);
    return width;
  };
}
