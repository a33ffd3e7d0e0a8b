/**
 * Word lists as in systemd.syntax(7) "QUOTING": items separated by white space, quotes around a whole item, C escapes.
 */
import { quoted } from '../values/quoted.js';
import { type Reading, right, wrong } from '../values/reading.js';

/** `retain` leaves backslashes alone: unit names are written with them (`dev-disk-by\x2dlabel.mount`). */
export type Escapes = 'decode' | 'retain';

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

const escapePattern = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.|$))/gs;

/** Decodes the escapes of systemd.syntax(7), table 1; undefined when one of them does not exist. */
function decoded(text: string): string | undefined {
  let known = true;
  const result = text.replace(
    escapePattern,
    (_all, hex?: string, short?: string, long?: string, octal?: string, simple?: string) => {
      const code = hex ?? short ?? long;
      const point = octal === undefined ? Number.parseInt(code ?? '', 16) : Number.parseInt(octal, 8);
      const character = simple === undefined ? fromPoint(point) : simpleEscapes[simple];
      known &&= character !== undefined;
      return character ?? '';
    },
  );
  return known ? result : undefined;
}

/** NUL, surrogates and points beyond Unicode are no characters of a text. */
function fromPoint(point: number): string | undefined {
  const isCharacter = point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
  return isCharacter ? String.fromCodePoint(point) : undefined;
}

const quotedWord = /^"((?:[^"\\]|\\.)*)"(?=\s|$)|^'((?:[^'\\]|\\.)*)'(?=\s|$)/s;

interface Item {
  readonly word: string;
  /** How much of the value it takes, quotes included. */
  readonly length: number;
}

/** The item that `rest` starts with. */
function firstItem(rest: string): Reading<Item> {
  const inQuotes = quotedWord.exec(rest);
  if (inQuotes !== null) return right({ word: inQuotes[1] ?? inQuotes[2] ?? '', length: inQuotes[0].length });
  const word = /^\S+/.exec(rest)?.[0] ?? '';
  if (/^["']/.test(word)) return wrong(`the quote that opens at ${quoted(rest)} does not close at the end of an item`);
  if (/["']/.test(word)) return wrong(`${quoted(word)} has a quote in the middle`, 'put quotes around the whole item');
  return right({ word, length: word.length });
}

/** Splits a value into its words. */
export function splitWords(value: string, escapes: Escapes = 'decode'): Reading<readonly string[]> {
  const words: string[] = [];
  let rest = value.trim();
  while (rest !== '') {
    const item = firstItem(rest);
    if (!item.ok) return item;
    const word = escapes === 'retain' ? item.value.word : decoded(item.value.word);
    if (word === undefined) {
      return wrong(`${quoted(rest)} has an unknown escape`, 'write \\\\ for a backslash; see systemd.syntax(7)');
    }
    words.push(word);
    rest = rest.slice(item.value.length).trimStart();
  }
  return right(words);
}
