/** What a backslash means in a Python regex, outside and inside of `[…]`. */
import type { Category } from '../characters/char-set.js';
import type { AnchorKind } from '../syntax.js';
import { RegexError, type Tokens } from './tokens.js';

export type ClassEscape =
  | { readonly kind: 'char'; readonly codePoint: number }
  | { readonly kind: 'category'; readonly category: Category };

export type Escape =
  | ClassEscape
  | { readonly kind: 'anchor'; readonly at: AnchorKind }
  | { readonly kind: 'reference'; readonly number: number };

const controls: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 0x5c };

const categories: Readonly<Record<string, Category>> = {
  w: 'word',
  W: 'not-word',
  d: 'digit',
  D: 'not-digit',
  s: 'space',
  S: 'not-space',
};

const anchors: Readonly<Record<string, AnchorKind>> = {
  A: 'text-start',
  Z: 'text-end',
  b: 'boundary',
  B: 'not-boundary',
};

const octal = '01234567';
const decimal = '0123456789';
const hex = '0123456789abcdefABCDEF';
const hexLengths: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

function char(codePoint: number): ClassEscape {
  return { kind: 'char', codePoint };
}

/** `token` has been taken from the tokens already. */
export function readClassEscape(token: string, tokens: Tokens, index: number): ClassEscape {
  const letter = token.slice(1);
  const control = controls[letter];
  if (control !== undefined) return char(control);
  const category = categories[letter];
  if (category !== undefined) return { kind: 'category', category };
  if (octal.includes(letter)) return octalChar(letter + tokens.getAll(octal, 2), index);
  return commonEscape(token, letter, tokens, index);
}

export function readEscape(token: string, tokens: Tokens, index: number): Escape {
  const letter = token.slice(1);
  const category = categories[letter];
  if (category !== undefined) return { kind: 'category', category };
  const at = anchors[letter];
  if (at !== undefined) return { kind: 'anchor', at };
  const control = controls[letter];
  if (control !== undefined) return char(control);
  if (letter === '0') return octalChar(letter + tokens.getAll(octal, 2), index);
  if (decimal.includes(letter)) return numberEscape(letter, tokens, index);
  return commonEscape(token, letter, tokens, index);
}

/** Three octal digits are a character, anything else a group's number. */
function numberEscape(first: string, tokens: Tokens, index: number): Escape {
  let digits = first + tokens.getAll(decimal, 1);
  if (/^[0-7]{2}$/.test(digits) && tokens.next !== undefined && octal.includes(tokens.next)) {
    digits += tokens.get();
    return octalChar(digits, index);
  }
  return { kind: 'reference', number: Number(digits) };
}

function octalChar(digits: string, index: number): ClassEscape {
  const codePoint = Number.parseInt(digits, 8);
  if (codePoint > 0o377) throw new RegexError(`octal escape \\${digits} is above \\377`, index);
  return char(codePoint);
}

function commonEscape(token: string, letter: string, tokens: Tokens, index: number): ClassEscape {
  const length = hexLengths[letter];
  if (length !== undefined) {
    const digits = tokens.getAll(hex, length);
    if (digits.length !== length) throw new RegexError(`incomplete escape ${token}${digits}`, index);
    const codePoint = Number.parseInt(digits, 16);
    if (codePoint > 0x10ffff) throw new RegexError(`bad escape ${token}${digits}: there is no such character`, index);
    return char(codePoint);
  }
  if (letter === 'N') throw new RegexError('characters by name, \\N{…}, are not supported: write \\uXXXX', index);
  if (/^[a-zA-Z0-9]$/.test(letter)) throw new RegexError(`bad escape ${token}`, index);
  return char(letter.codePointAt(0) ?? 0);
}
