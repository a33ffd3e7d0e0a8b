/**
 * What a message of the fleet's stream says, as JSON. Its subject says of whom.
 * Invariant: a message that is read is whole, of bounded size, and of the kind that its subject calls for.
 */
import { type Address, isSingle, parseAddress } from '../../core/address/address.js';
import { isMemberName } from '../../core/names.js';
import { FOREVER } from '../../core/time.js';
import { parseSubject, type Subject } from './subject.js';

/** In force. Times by the clock of the sender, µs since the epoch. `at`: when it was sent. */
export interface BanContent {
  readonly kind: 'ban';
  readonly at: number;
  readonly since: number;
  readonly until: number;
  /** Of an administrator: why. Of a ban that was counted together: how many failures of which hosts led to it. */
  readonly reason?: string;
}

/** In force no more. */
export interface UnbanContent {
  readonly kind: 'unban';
  readonly at: number;
}

/** An administrator spares the address. Times by the clock of the sender, µs since the epoch. */
export interface AllowContent {
  readonly kind: 'allow';
  readonly at: number;
  readonly until: number;
  /** The host that tells it again before the servers forget it. */
  readonly by: string;
  readonly reason?: string;
}

/** An administrator spares it no longer. */
export interface DisallowContent {
  readonly kind: 'disallow';
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
  /** It tells of itself again after so long, µs; undefined: its version does not say. */
  readonly interval?: number;
  /** It offers to count failures with others, by these limits. */
  readonly count?: CountOffer;
}

/** What a host counts by, as it tells the others. */
export interface CountOffer {
  readonly maxretry: number;
  /** µs */
  readonly findtime: number;
  /** µs; FOREVER: permanent. */
  readonly bantime: number;
}

export interface WithdrawalContent {
  readonly kind: 'withdrawal';
  readonly at: number;
}

export type Content = BanContent | UnbanContent | AllowContent | DisallowContent | MemberContent | WithdrawalContent;

/** A message as it was stored. `sequence` and `receivedAt` are the stream's; µs since the epoch. */
export interface Delivered {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly sequence: number;
  readonly receivedAt: number;
}

/** As it was read: `pending` messages came after it by then. */
export interface ReadMessage extends Delivered {
  readonly pending: number;
}

type Of<Kind extends Subject['kind']> = Extract<Subject, { readonly kind: Kind }>;

/** A message that was understood. */
export type Message =
  | (Of<'ban'> & { readonly content: BanContent | UnbanContent })
  | (Of<'order'> & { readonly content: BanContent | UnbanContent })
  | (Of<'allowance'> & { readonly content: AllowContent | DisallowContent })
  | (Of<'member'> & { readonly content: MemberContent })
  | (Of<'withdrawal'> & { readonly content: WithdrawalContent });

/** No message is longer, bytes. The stream takes no longer ones either. */
export const LONGEST_MESSAGE = 4_096;

/** A host tells no more addresses of its own. */
export const MOST_ADDRESSES = 32;

const LONGEST_REASON = 200;

const VERSION = 1;

const decoder = new TextDecoder('utf-8', { fatal: true });

export function encodeContent(content: Content): Uint8Array {
  const time = (value: number) => (value === FOREVER ? 'forever' : value);
  switch (content.kind) {
    case 'ban':
    case 'allow': {
      const { reason, ...rest } = content;
      const told = reason === undefined ? {} : { reason: reason.slice(0, LONGEST_REASON) };
      return json({ ...rest, ...told, until: time(content.until) });
    }
    case 'member': {
      const { addresses, count, ...rest } = content;
      const offer = count === undefined ? {} : { count: { ...count, bantime: time(count.bantime) } };
      return json({ ...rest, ...offer, addresses: addresses.slice(0, MOST_ADDRESSES).map(({ text }) => text) });
    }
    case 'unban':
    case 'disallow':
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
  const fields = subject === undefined ? undefined : fieldsOf(data);
  if (subject === undefined || fields === undefined) return undefined;
  switch (subject.kind) {
    case 'ban': {
      const { kind, host, jail, address } = subject;
      const content = fields['kind'] === 'unban' ? bareOf(fields, 'unban') : banOf(fields);
      // Nearly all are bans, and to spread them takes longer than to read them.
      return content === undefined ? undefined : { kind, host, jail, address, content };
    }
    case 'order':
      return withContent(subject, fields['kind'] === 'unban' ? bareOf(fields, 'unban') : banOf(fields));
    case 'allowance':
      return withContent(subject, fields['kind'] === 'disallow' ? bareOf(fields, 'disallow') : allowOf(fields));
    case 'member':
      return withContent(subject, memberOf(fields));
    case 'withdrawal':
      return withContent(subject, bareOf(fields, 'withdrawal'));
  }
}

function withContent<S extends Subject, C>(subject: S, content: C | undefined): (S & { content: C }) | undefined {
  return content === undefined ? undefined : { ...subject, content };
}

type Fields = Readonly<Record<string, unknown>>;

/** The fields of a message of this version; undefined when it is none. */
export function fieldsOf(data: Uint8Array): Fields | undefined {
  if (data.length > LONGEST_MESSAGE) return undefined;
  try {
    const value: unknown = JSON.parse(decoder.decode(data));
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

function endOf(value: unknown): number | undefined {
  return value === 'forever' ? FOREVER : timeOf(value);
}

/** With what is told why, if anything is; undefined when that is not fit to be read. */
function withReason<C extends object>(content: C, reason: unknown): (C & { readonly reason?: string }) | undefined {
  if (reason === undefined) return content;
  return typeof reason === 'string' && isPlain(reason) ? { ...content, reason } : undefined;
}

function banOf({ kind, at: sent, since: begun, until: ends, reason }: Fields): BanContent | undefined {
  const [at, since, until] = [timeOf(sent), timeOf(begun), endOf(ends)];
  if (kind !== 'ban' || at === undefined || since === undefined || until === undefined) return undefined;
  return withReason({ kind, at, since, until }, reason);
}

function allowOf({ kind, at: sent, until: ends, by, reason }: Fields): AllowContent | undefined {
  const [at, until] = [timeOf(sent), endOf(ends)];
  if (kind !== 'allow' || at === undefined || until === undefined) return undefined;
  return typeof by === 'string' && isMemberName(by) ? withReason({ kind, at, until, by }, reason) : undefined;
}

/** On one line, and nothing that acts on a terminal. */
function isPlain(text: string): boolean {
  return text.length > 0 && text.length <= LONGEST_REASON && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}

/** A content that says no more than what it is. */
function bareOf<Kind extends string>({ at: sent }: Fields, kind: Kind) {
  const at = timeOf(sent);
  return at === undefined ? undefined : { kind, at };
}

function memberOf(fields: Fields): MemberContent | undefined {
  const [at, sequence, applied] = [fields['at'], fields['sequence'], fields['applied']].map(timeOf);
  const { version, addresses: texts } = fields;
  if (at === undefined || sequence === undefined || applied === undefined) return undefined;
  if (typeof version !== 'string' || !/^[\w.+~-]{1,40}$/.test(version)) return undefined;
  if (!Array.isArray(texts) || texts.length > MOST_ADDRESSES) return undefined;
  const addresses = texts.map((text) => (typeof text === 'string' ? parseAddress(text) : undefined));
  const single = addresses.filter((address) => address !== undefined).filter(isSingle);
  const count = offerOf(fields['count']);
  const interval = timeOf(fields['interval']);
  const more = { ...(interval === undefined ? {} : { interval }), ...(count === undefined ? {} : { count }) };
  return single.length === texts.length
    ? { kind: 'member', at, version, addresses: single, sequence, applied, ...more }
    : undefined;
}

/** An offer that is not understood is none. */
function offerOf(value: unknown): CountOffer | undefined {
  if (!isFields(value)) return undefined;
  const [maxretry, findtime, bantime] = [timeOf(value['maxretry']), timeOf(value['findtime']), endOf(value['bantime'])];
  if (maxretry === undefined || findtime === undefined || bantime === undefined) return undefined;
  return { maxretry, findtime, bantime };
}
