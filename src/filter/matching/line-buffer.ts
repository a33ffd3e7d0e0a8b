/**
 * The last lines of a filter with `maxlines`, searched as one text. Lines that a match used up are taken out,
 * lines that `<SKIPLINES>` stepped over stay.
 */
import type { Line } from '../filter.js';

/** More lines than this are not kept, whatever maxlines says. */
export const MAX_LINES = 1000;
/** Nor more text than this, in characters. */
const MAX_TEXT = 1 << 22;

export interface LineBuffer {
  readonly lines: readonly Line[];
  /** All lines, each ended by a newline. */
  readonly text: string;
}

export function appendLine(lines: readonly Line[], line: Line, maxlines: number): LineBuffer {
  let kept = [...lines, line].slice(-Math.min(maxlines, MAX_LINES));
  let length = kept.reduce((sum, { text }) => sum + text.length + 1, 0);
  while (length > MAX_TEXT && kept.length > 1) {
    length -= (kept[0]?.text.length ?? 0) + 1;
    kept = kept.slice(1);
  }
  return bufferOf(kept);
}

export function bufferOf(lines: readonly Line[]): LineBuffer {
  return { lines, text: `${lines.map(({ text }) => text).join('\n')}\n` };
}

/** Where something matches, in UTF-16 units of a buffer's text or of what is searched of it. */
export interface Span {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Splits `lines` by a match; `skipped` is what `<SKIPLINES>` captured. */
export function splitByMatch(
  lines: readonly Line[],
  { text, start, end }: Span,
  skipped: string,
): { readonly matched: readonly Line[]; readonly unmatched: readonly Line[] } {
  if (lines.length <= 1) return { matched: lines, unmatched: [] };
  const from = text.lastIndexOf('\n', start) + 1;
  const newline = text.indexOf('\n', Math.max(0, end - 1));
  const to = newline < 0 ? text.length : newline + 1;
  const first = countLines(text, from);
  const last = countLines(text, to);
  const matched = lines.slice(first, last);
  const unmatched = lines.slice(0, first);
  let at = 0;
  for (const line of skipped === '' ? [] : skipped.replace(/\n$/, '').split('\n')) {
    const index = matched.findIndex(({ text: candidate }, position) => position >= at && candidate === line);
    if (index < 0) continue;
    unmatched.push(...matched.splice(index, 1));
    at = index;
  }
  return { matched, unmatched: [...unmatched, ...lines.slice(last)] };
}

function countLines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
