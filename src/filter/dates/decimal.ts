/** Numbers as Python's `int` reads them: `\d` matches the digits of every script, and all of them count. */

const digit = /\p{Nd}/u;

/** NaN when the text is no number. */
export function decimal(text: string): number {
  const plain = Number(text);
  if (!Number.isNaN(plain)) return plain;
  return Number(Array.from(text, inAscii).join(''));
}

/** Unicode has the digits of a script side by side, in runs of ten that begin with zero. */
function inAscii(char: string): string {
  if (!digit.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  let zero = code;
  while (digit.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}
