/** Writes characters so that JavaScript reads them as themselves, with flag u and without. */

export function escapeChar(point: number): string {
  const char = String.fromCodePoint(point);
  return '\\^$.*+?()[]{}|/'.includes(char) ? `\\${char}` : printable(point, char);
}

/** Ranges as they stand inside of `[…]`. */
export function classText(ranges: readonly (readonly [first: number, last: number])[]): string {
  return ranges
    .map(([first, last]) => {
      const dash = last > first + 1 ? '-' : '';
      return escapeInClass(first) + (last > first ? dash + escapeInClass(last) : '');
    })
    .join('');
}

function escapeInClass(point: number): string {
  const char = String.fromCodePoint(point);
  return '\\]^-['.includes(char) ? `\\${char}` : printable(point, char);
}

function printable(point: number, char: string): string {
  if (point === 0x0a) return '\\n';
  if (point > 0x1f && point < 0x7f) return char;
  if (point <= 0xff) return `\\x${point.toString(16).padStart(2, '0')}`;
  return point <= 0xffff ? `\\u${point.toString(16).padStart(4, '0')}` : `\\u{${point.toString(16)}}`;
}
