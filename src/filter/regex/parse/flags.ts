/** The letters of `(?ims)` and `(?i-s:…)`. */
import { RegexError, type Tokens } from './tokens.js';

/** The flags in force at a place of a regex. */
export interface Flags {
  readonly ignorecase: boolean;
  readonly multiline: boolean;
  readonly dotall: boolean;
  readonly verbose: boolean;
  readonly ascii: boolean;
}

export const noFlags: Flags = { ignorecase: false, multiline: false, dotall: false, verbose: false, ascii: false };

interface FlagChange {
  /** For all of the regex, as `(?i)` at its start; otherwise for the group that begins here. */
  readonly global: boolean;
  readonly change: Partial<Flags>;
}

const names: Readonly<Record<string, keyof Flags>> = {
  i: 'ignorecase',
  m: 'multiline',
  s: 'dotall',
  x: 'verbose',
  a: 'ascii',
};

export function startsFlags(letter: string): boolean {
  return '-aimsxuL'.includes(letter);
}

/** Reads the letters up to and with the closing `)` or `:`. `start` is where the parenthesis stands. */
export function readFlags(tokens: Tokens, start: number): FlagChange {
  const on = readLetters(tokens, start);
  const off = tokens.match('-') ? readLetters(tokens, start) : undefined;
  if (off === '') throw new RegexError('a flag is missing after the -', start);
  const end = tokens.get();
  if (end !== ':' && end !== ')') throw new RegexError('missing -, : or ) after the flags', start);
  if (off !== undefined && end === ')') throw new RegexError('flags can be turned off for a group only', start);
  return { global: end === ')', change: combine(on, off ?? '', start) };
}

function readLetters(tokens: Tokens, start: number): string {
  let letters = '';
  while (tokens.next !== undefined && !'-:)'.includes(tokens.next)) {
    const letter = tokens.get() ?? '';
    if (letter === 'L') throw new RegexError('the flag L works on bytes only', start);
    if (letter !== 'u' && names[letter] === undefined) throw new RegexError(`unknown flag ${letter}`, start);
    letters += letter;
  }
  return letters;
}

function combine(on: string, off: string, start: number): Partial<Flags> {
  if (on.includes('a') && on.includes('u')) throw new RegexError('the flags a and u exclude each other', start);
  const change: Partial<Record<keyof Flags, boolean>> = on.includes('u') ? { ascii: false } : {};
  for (const letter of on) {
    if (off.includes(letter)) throw new RegexError(`the flag ${letter} is turned on and off`, start);
    const name = names[letter];
    if (name !== undefined) change[name] = true;
  }
  for (const letter of off) {
    const name = names[letter];
    if (name === undefined || name === 'ascii') throw new RegexError(`the flag ${letter} cannot be turned off`, start);
    change[name] = false;
  }
  return change;
}
