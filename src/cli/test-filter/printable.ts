/** Lines of logs are written by strangers: nothing of them may steer the terminal they are shown on. */
import { withoutControls } from '../../core/printable.js';

/** The text with such characters as `\x1b` or `\u202e`, cut to `limit` characters. */
export function printable(text: string, limit = 1000): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return withoutControls(cut, (code) => {
    const digits = code.toString(16);
    return digits.length <= 2 ? `\\x${digits.padStart(2, '0')}` : `\\u${digits.padStart(4, '0')}`;
  });
}

/** Colours, when the output is a terminal that has not been told to do without (NO_COLOR, https://no-color.org). */
export interface Style {
  bold(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
}

export function styleFor(hasColours: boolean): Style {
  const wrap = (code: number) => (text: string) => (hasColours ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: wrap(1), good: wrap(32), bad: wrap(31), dim: wrap(2) };
}
