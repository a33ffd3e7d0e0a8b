/** Lines of logs are written by strangers: nothing of them may steer the terminal they are shown on. */

/** C0 and C1 controls, DEL, line separators, what turns the direction of writing, and unpaired surrogates. */
const unprintable =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text with such characters as `\x1b` or `\u202e`, cut to `limit` characters. */
export function printable(text: string, limit = 1000): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(unprintable, (char) => {
    const code = char.charCodeAt(0).toString(16);
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`;
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
