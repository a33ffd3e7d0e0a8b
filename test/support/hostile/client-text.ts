/** What hostile clients send: addresses of others, pieces of the program's own messages about them, odd characters. */
import fc from 'fast-check';
import { type Client, fill, type Padding } from './connection.js';
import type { HostileTable, Message } from './table.js';

export const peers = ['198.51.100.66', '2001:db8::66'] as const;
export const victims = ['203.0.113.4', '2001:db8:bad::4'] as const;

const marks = [
  ...[
    '"',
    "'",
    '\\',
    '\\"',
    ',',
    ', ',
    ';',
    ':',
    ': ',
    '=',
    ' ',
    '  ',
    '(',
    ')',
    '[',
    ']',
    '<',
    '>',
    '>,',
    '{',
    '}',
    '%',
  ],
  ...['\n', '\r', '\t', '\0', '\u0001', '\u001b[1m', '\u007f', 'é', '€', '%22', '%0a', '#', '/', 'x', '0', ' port 22'],
];

/** Pieces of the messages about a victim: all of one, and what stands before and behind each place the client fills. */
function phrases(table: HostileTable): readonly string[] {
  const names = Object.fromEntries(Object.keys(table.fields).map((name) => [name, 'x']));
  const found = new Set<string>();
  for (const log of table.messages.flatMap(({ logs }) => logs)) {
    const parts = log.split(/\{(?!peer\})\w+\}/);
    const ends = parts.map((_part, at) => log.slice(log.indexOf(parts[at] ?? '')));
    for (const victim of victims)
      for (const text of [log, ...parts, ...ends]) {
        const filled = fill(table, text, victim, names);
        found.add(filled).add(table.line + filled);
      }
  }
  return [...found].filter((text) => text !== '');
}

/**
 * For each field of a message, an honest text with the end of that message about a victim behind it, up to any
 * word of it: the nearest thing to an end that the program wrote.
 */
export function falseEnds(table: HostileTable, { logs }: Message): readonly Client[] {
  const names = Object.fromEntries(Object.keys(table.fields).map((name) => [name, 'x']));
  return logs.flatMap((log) =>
    [...log.matchAll(/\{(?!peer\})(\w+)\}/g)].flatMap(({ 0: slot, 1: name = '', index }) => {
      const { of = name, honest = '' } = table.fields[name] ?? {};
      const end = fill(table, log.slice(index + slot.length), victims[0], names);
      const edges = [...end.matchAll(/(?<=\W)|(?=\W)|$/g)].map((edge) => edge.index);
      return edges.map((edge) => ({ peer: peers[0], texts: { [of]: honest + end.slice(0, edge) } }));
    }),
  );
}

/**
 * The text in each field of a message, behind an honest one, on a line of its own, or so that it ends where the program
 * cuts it.
 */
export function filling({ fields }: HostileTable, { logs }: Message, text: string): readonly Client[] {
  const used = logs.flatMap((log) => [...log.matchAll(/\{(?!peer\})(\w+)\}/g)].map(([, name = '']) => name));
  return used.flatMap((name) => {
    const { of = name, honest = '', max = 0 } = fields[name] ?? {};
    return [honest + text, `${honest}\n    ${text}\n`, text.padStart(max, 'x')].map((own) => ({
      peer: peers[0],
      texts: { [of]: own },
    }));
  });
}

const blanks = fc.integer({ min: 1, max: 120 }).map((count) => ' '.repeat(count));

export function clientText(table: HostileTable): fc.Arbitrary<string> {
  const phrase = fc.constantFrom(...phrases(table));
  const words = phrase.chain((text) => {
    const edges = [0, ...[...text.matchAll(/\W+/g)].flatMap(({ 0: gap, index }) => [index, index + gap.length])];
    const edge = fc.constantFrom(...edges, text.length);
    return fc.tuple(edge, edge).map(([one, another]) => text.slice(Math.min(one, another), Math.max(one, another)));
  });
  const honest = fc.constantFrom('', ...Object.values(table.fields).map((field) => field.honest));
  const piece = fc.oneof(
    { weight: 3, arbitrary: phrase },
    { weight: 4, arbitrary: words },
    { weight: 2, arbitrary: fc.constantFrom(...victims, ...peers) },
    { weight: 2, arbitrary: honest },
    { weight: 4, arbitrary: fc.constantFrom(...marks) },
    { weight: 1, arbitrary: blanks },
  );
  return fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
}

/** Fillers of each width that escapes give a character; lengths around the limit, and far beyond it. */
export function paddingFor({ limit = 2000, fields }: HostileTable, { logs }: Message): fc.Arbitrary<Padding> {
  const used = Object.keys(fields).filter((name) => logs.some((log) => log.includes(`{${name}}`)));
  return fc.record({
    field: fc.constantFrom(...(used.length > 0 ? used : [''])),
    filler: fc.constantFrom('x', ' ', '0', '\u0001', 'é', '\\', '"'),
    isBefore: fc.boolean(),
    length: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: limit - 60, max: limit + 60 }) },
      { weight: 2, arbitrary: fc.integer({ min: 0, max: limit * 2 }) },
    ),
  });
}
