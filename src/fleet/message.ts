/**
 * What a message of the fleet's stream says, as JSON. Its subject says of whom.
 * Invariant: a message that is read is whole, of bounded size, and of the kind that its subject calls for.
 */
import { type Address, isSingle, parseAddress } from '../core/address/address.js';
import { FOREVER } from '../core/time.js';
import { parseSubject, type Subject } from './subject.js';

/** In force. Times by the clock of the sender, µs since the epoch. `at`: when it was sent. */
export interface BanContent {
  readonly kind: 'ban';
  readonly at: number;
  readonly since: number;
  readonly until: number;
  /** Of an administrator: why. */
  readonly reason?: string;
}

/** In force no more. */
export interface UnbanContent {
  readonly kind: 'unban';
  readonly at: number;
}

/** What a host tells of itself. */
export interface MemberContent {
  readonly kind: 'member';
  readonly at: number;
  readonly version: string;
  /** Its own addresses, which no ban may cover. */
  readonly addresses: readonly Address[];
  /** It has applied the stream up to here. */
  readonly sequence: number;
  /** How many bans of others are in force there. */
  readonly applied: number;
}

export interface WithdrawalContent {
  readonly kind: 'withdrawal';
  readonly at: number;
}

export type Content = BanContent | UnbanContent | MemberContent | WithdrawalContent;

/** A message as it was stored. `sequence` and `receivedAt` are the stream's; µs since the epoch. */
export interface Delivered {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  readonly receivedAt: number;
}

type Of<Kind extends Subject['kind']> = Extract<Subject, { readonly kind: Kind }>;

/** A message that was understood. */
export type Message =
  | (Of<'ban'> & { readonly content: BanContent | UnbanContent })
  | (Of<'order'> & { readonly content: BanContent | UnbanContent })
  | (Of<'member'> & { readonly content: MemberContent })
  | (Of<'withdrawal'> & { readonly content: WithdrawalContent });

/** No message is longer, bytes. The stream takes no longer ones either. */
export const LONGEST_MESSAGE = 4_096;

/** A host tells no more addresses of its own. */
export const MOST_ADDRESSES = 32;

const LONGEST_REASON = 200;

const VERSION = 1;

export function encodeContent(content: Content): Uint8Array {
  const time = (value: number) => (value === FOREVER ? 'forever' : value);
  switch (content.kind) {
    case 'ban': {
      const { reason, ...rest } = content;
      const told = reason === undefined ? {} : { reason: reason.slice(0, LONGEST_REASON) };
      return json({ ...rest, ...told, until: time(content.until) });
    }
    case 'member':
      return json({ ...content, addresses: content.addresses.slice(0, MOST_ADDRESSES).map(({ text }) => text) });
    case 'unban':
    case 'withdrawal':
      return json(content);
  }
}

function json(value: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ v: VERSION, ...value }));
}

/** Undefined for what is no message of the fleet, or not of this version. */
export function parseMessage({ subject: text, data }: Pick<Delivered, 'subject' | 'data'>): Message | undefined {
  const subject = parseSubject(text);
  const fields = subject === undefined ? undefined : parseFields(data);
  if (subject === undefined || fields === undefined) return undefined;
  switch (subject.kind) {
    case 'ban':
      return withContent(subject, fields['kind'] === 'unban' ? unbanOf(fields) : banOf(fields));
    case 'order':
      return withContent(subject, fields['kind'] === 'unban' ? unbanOf(fields) : banOf(fields));
    case 'member':
      return withContent(subject, memberOf(fields));
    case 'withdrawal':
      return withContent(subject, withdrawalOf(fields));
  }
}

function withContent<S extends Subject, C>(subject: S, content: C | undefined): (S & { content: C }) | undefined {
  return content === undefined ? undefined : { ...subject, content };
}

type Fields = Readonly<Record<string, unknown>>;

function parseFields(data: Uint8Array): Fields | undefined {
  if (data.length > LONGEST_MESSAGE) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
    return isFields(value) && value['v'] === VERSION ? value : undefined;
  } catch {
    return undefined;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function timeOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function banOf({ kind, at: sent, since: begun, until: ends, reason }: Fields): BanContent | undefined {
  const [at, since] = [timeOf(sent), timeOf(begun)];
  const until = ends === 'forever' ? FOREVER : timeOf(ends);
  if (kind !== 'ban' || at === undefined || since === undefined || until === undefined) return undefined;
  if (reason === undefined) return { kind, at, since, until };
  return typeof reason === 'string' && isPlain(reason) ? { kind, at, since, until, reason } : undefined;
}

/** On one line, and nothing that acts on a terminal. */
function isPlain(text: string): boolean {
  return text.length > 0 && text.length <= LONGEST_REASON && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}

function unbanOf({ at: sent }: Fields): UnbanContent | undefined {
  const at = timeOf(sent);
  return at === undefined ? undefined : { kind: 'unban', at };
}

function withdrawalOf({ at: sent }: Fields): WithdrawalContent | undefined {
  const at = timeOf(sent);
  return at === undefined ? undefined : { kind: 'withdrawal', at };
}

function memberOf(fields: Fields): MemberContent | undefined {
  const [at, sequence, applied] = [fields['at'], fields['sequence'], fields['applied']].map(timeOf);
  const { version, addresses: texts } = fields;
  if (at === undefined || sequence === undefined || applied === undefined) return undefined;
  if (typeof version !== 'string' || !/^[\w.+~-]{1,40}$/.test(version)) return undefined;
  if (!Array.isArray(texts) || texts.length > MOST_ADDRESSES) return undefined;
  const addresses = texts.map((text) => (typeof text === 'string' ? parseAddress(text) : undefined));
  const single = addresses.filter((address) => address !== undefined).filter(isSingle);
  return single.length === texts.length
    ? { kind: 'member', at, version, addresses: single, sequence, applied }
    : undefined;
}
