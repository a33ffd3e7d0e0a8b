/** Writes down what a connection logs, as the program and journald would: escaped, cut off, with blanks taken off. */
import type { Line } from '../../../src/filter/filter.js';
import type { HostileTable, Message } from './table.js';

/** By name of the field; an honest text where there is none. */
export type Texts = Readonly<Record<string, string | undefined>>;

export interface Client {
  readonly peer: string;
  readonly texts: Texts;
  /** Makes a message just so long, if the field is in it and may be so long. */
  readonly padding?: Padding;
}

export interface Padding {
  readonly field: string;
  readonly filler: string;
  readonly isBefore: boolean;
  /** Bytes that the message is to have. */
  readonly length: number;
}

/** The lines of the journal. */
export function connectionLines(table: HostileTable, message: Message, client: Client): readonly Line[] {
  const texts = padded(table, message, client);
  const written = message.logs.map((log) => fill(table, log, client.peer, texts));
  return written.flatMap((text) => cutOff(table, text)).flatMap((text) => entriesOf(table, text));
}

/** The message with the client's texts in their places. */
export function fill({ fields }: HostileTable, log: string, peer: string, texts: Texts): string {
  return log.replace(/\{(\w+)\}/g, (_all, name: string) => {
    if (name === 'peer') return peer;
    const { honest = '', max = Number.POSITIVE_INFINITY, write = asItIs, of = name } = fields[name] ?? {};
    return write(firstBytes(texts[of] ?? honest, max));
  });
}

function padded(table: HostileTable, { logs }: Message, { peer, texts, padding }: Client): Texts {
  const { fields } = table;
  const field = padding && (fields[padding.field]?.of ?? padding.field);
  const log = logs.findLast((one) =>
    [...one.matchAll(/\{(\w+)\}/g)].some(([, name = '']) => (fields[name]?.of ?? name) === field),
  );
  if (padding === undefined || field === undefined || log === undefined) return texts;
  const text = texts[field] ?? fields[field]?.honest ?? '';
  const lengthWith = (own: string) => Buffer.byteLength(fill(table, log, peer, { ...texts, [field]: own }));
  const width = Math.max(1, lengthWith(text + padding.filler) - lengthWith(text));
  const count = Math.max(0, Math.floor((padding.length - lengthWith(text)) / width));
  const filler = padding.filler.repeat(Math.min(count, 100_000));
  return { ...texts, [field]: padding.isBefore ? filler + text : text + filler };
}

function asItIs(text: string): string {
  return text;
}

function firstBytes(text: string, count: number): string {
  return Buffer.byteLength(text) <= count ? text : Buffer.from(text).subarray(0, count).toString();
}

function cutOff({ limit, split }: HostileTable, text: string): readonly string[] {
  if (limit === undefined || Buffer.byteLength(text) <= limit) return [text];
  return split === undefined ? [firstBytes(text, limit)] : split(text, limit);
}

/** journald ends an entry at a NUL and at LineMax= too, and says so. It writes none that is empty. */
function piecesOf(line: string, text: string): readonly Line[] {
  const pieces = text.split('\0').flatMap((part) => part.match(/.{1,49152}/gs) ?? ['']);
  return pieces.flatMap((piece, index) => {
    const isBroken = index < pieces.length - 1;
    const broken = isBroken ? { messageEnd: { stripped: 0, isBroken } } : undefined;
    return piece === '' ? [] : [{ text: line + piece, at: 0, cursor: '', stream: 1, ...broken }];
  });
}

/** What journald and the reader of the journal make of a message. */
function entriesOf({ line, transport }: HostileTable, message: string): readonly Line[] {
  if (transport === 'stdout') return message.split('\n').flatMap((text) => piecesOf(line, text));
  const [kept = ''] = message.split('\0');
  const text = kept.replace(/[ \t\n\r]+$/, '');
  const stripped = Buffer.byteLength(message) - Buffer.byteLength(text);
  const messageEnd = stripped > 0 ? { stripped, isBroken: false } : undefined;
  return [{ text: line + text.replaceAll('\n', '\\n'), at: 0, cursor: '', messageEnd }];
}
