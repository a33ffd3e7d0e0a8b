/** Hexadecimal digits by character code. */
const ZERO = 48;
const NINE = 57;
const SMALL_A = 97;
const SMALL_F = 102;
/** What a small letter has and a capital has not. */
const SMALL = 0x20;
/** By character code. Looked up: of digits that come in no order, a processor guesses wrong which comparison holds. */
const smallDigits = Int8Array.from({ length: 256 }, (_, code) => ((code & SMALL) === 0 ? -1 : hexDigitOf(code)));

/** The value of a hexadecimal digit; -1 for any other character, and for NaN, which is beyond the end of a text. */
export function hexDigitOf(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const small = code | SMALL;
  return small >= SMALL_A && small <= SMALL_F ? small - SMALL_A + 10 : -1;
}

/** The same for small letters alone: numbers that are to come back as they were written. */
export function smallHexDigitOf(code: number): number {
  return smallDigits[code] ?? -1;
}

/** The character code of a value from 0 to 15, as a small letter from 10 on. */
export function smallHexDigit(value: number): number {
  return value < 10 ? ZERO + value : SMALL_A + value - 10;
}
