/**
 * An event as actions get it: flat, for programs, and the same in whatever form it is sent. Invariant: no text in it has
 * control characters, and all are of bounded length, whatever an attacker wrote.
 */
import { createHash } from 'node:crypto';
import { printable } from '../core/printable.js';
import { FOREVER, MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../core/time.js';
import type { ToldEvent, ToldKind } from '../events/told-event.js';

export interface EventRecord {
  /** The same each time it is sent; another one for each action. */
  readonly id: string;
  readonly event: ToldKind;
  /** Instants are written as in ISO 8601. */
  readonly time: string;
  readonly host: string;
  /** One line for people. */
  readonly message: string;
  readonly jail?: string;
  readonly address?: string;
  readonly family?: 'ipv4' | 'ipv6';
  readonly since?: string;
  /** Null: it never ends. */
  readonly until?: string | null;
  /** Seconds; null: for ever. */
  readonly bantime?: number | null;
  /** The account that was tried. */
  readonly user?: string;
  readonly failures?: number;
  readonly bancount?: number;
  readonly origin?: string;
  readonly disposition?: string;
  readonly ports?: readonly string[];
  readonly reason?: string;
  readonly cause?: string;
  /** The number of the user who asked for it. */
  readonly by?: number;
  readonly code?: string;
  readonly hint?: string;
  /** Cursors of the journal entries behind a ban. */
  readonly entries?: readonly string[];
  /** An example, sent because a person asked for it. */
  readonly test?: true;
}

/** µs since the epoch as in ISO 8601. Beyond what can be written so, the last instant that can. */
function isoTime(at: number): string {
  return new Date(Math.min(at / MICROS_PER_MILLISECOND, 8.64e15)).toISOString();
}

/** 32 hexadecimal digits that are the same for the same action and event. */
function idOf(action: string, cursor: string): string {
  return createHash('sha256').update(`${action}\n${cursor}`).digest('hex').slice(0, 32);
}

/** The id of what is sent together: another one as soon as other events are among them. */
export function idOfAll(events: readonly EventRecord[]): string {
  const [first, ...more] = events;
  if (first === undefined || more.length === 0) return first?.id ?? '';
  const hash = createHash('sha256');
  for (const { id } of events) hash.update(`${id}\n`);
  return hash.digest('hex').slice(0, 32);
}

export function recordOf(action: string, event: ToldEvent): EventRecord {
  const told = {
    id: idOf(action, event.cursor),
    event: event.kind,
    time: isoTime(event.at),
    host: printable(event.host),
    message: printable(event.message),
  };
  switch (event.kind) {
    case 'ban':
    case 'unban':
      return { ...told, ...banFields(event) };
    case 'problem':
      return { ...told, code: printable(event.code), hint: printable(event.hint) };
    case 'resolved':
      return { ...told, code: printable(event.code) };
    default: {
      const { jail, address } = event;
      return {
        ...told,
        ...(jail !== undefined && { jail: printable(jail) }),
        ...(address !== undefined && { address }),
      };
    }
  }
}

function banFields(event: ToldEvent & { readonly kind: 'ban' | 'unban' }): Partial<EventRecord> {
  const { ban, by } = event;
  const isForEver = ban.until === FOREVER;
  return {
    jail: printable(ban.jail),
    address: ban.address.text,
    family: ban.address.family === 4 ? 'ipv4' : 'ipv6',
    since: isoTime(ban.since),
    until: isForEver ? null : isoTime(ban.until),
    bantime: isForEver ? null : (ban.until - ban.since) / MICROS_PER_SECOND,
    failures: ban.failures,
    bancount: ban.count,
    origin: ban.origin,
    disposition: ban.disposition,
    ports: ban.ports.map(printable),
    ...(ban.reason !== undefined && { reason: printable(ban.reason) }),
    ...(event.kind === 'unban' && { cause: event.cause }),
    ...(event.kind === 'ban' && event.user !== undefined && { user: printable(event.user) }),
    ...(by !== undefined && { by }),
    ...(ban.evidence.length > 0 && { entries: ban.evidence }),
  };
}

/** Each of its values as a text, by the names that templates and the environment of commands have. */
export function textsOf({ entries: _, ...record }: EventRecord): Readonly<Record<string, string>> {
  const texts = Object.entries(record).map(([name, value]) => [name, textOf(value)] as const);
  return Object.fromEntries(texts);
}

function textOf(value: string | number | boolean | null | readonly string[]): string {
  if (value === null) return 'infinity';
  return typeof value === 'object' ? value.join(' ') : String(value);
}

/** What `f2bctl actions test` sends: an example, which says so. `now` in µs since the epoch. */
export function exampleRecord(
  action: string,
  host: string,
  now: number,
  kind: 'ban' | 'unban' | 'problem',
): EventRecord {
  const common = {
    id: idOf(action, `test ${now}`),
    event: kind,
    time: isoTime(now),
    host: printable(host),
    test: true as const,
  };
  if (kind === 'problem') {
    return {
      ...common,
      message: 'TEST: a problem, as f2bctl actions test makes it up',
      code: 'TEST',
      hint: 'nothing is wrong',
    };
  }
  return {
    ...common,
    message: `TEST: f2bctl actions test made up this ${kind} of 192.0.2.1`,
    jail: 'test',
    address: '192.0.2.1',
    family: 'ipv4',
    since: isoTime(now),
    until: isoTime(now + 600 * MICROS_PER_SECOND),
    bantime: 600,
    failures: 5,
    bancount: 1,
    origin: 'jail',
    disposition: 'drop',
    ports: [],
    ...(kind === 'unban' && { cause: 'expired' }),
  };
}
