/**
 * Entries of the journal read back as the agent's events. Never throws: what is no event of the agent's own unit, or not
 * a whole one, is none.
 */

import { parseAddress } from '../core/address/address.js';
import { type Ban, banOrigins, dispositions, MAX_EVIDENCE } from '../core/ban.js';
import { unbanCauses } from '../core/effect.js';
import type { Entry } from '../core/entry.js';
import { FOREVER } from '../core/time.js';
import { AGENT_UNIT } from './fields.js';
import type { ToldEvent, ToldKind } from './told-event.js';

/** The most of a text that is taken, characters: the agent writes no longer ones. */
const LONGEST = 2048;
const LONGEST_CURSOR = 512;
const LONGEST_NAME = 128;
/** firewalld's own limit of ports is lower. */
const MOST_PORTS = 256;

/** Every kind there is, once; the compiler sees to it. */
const kinds: Readonly<Record<ToldKind, true>> = {
  started: true,
  stopped: true,
  reloaded: true,
  set: true,
  failure: true,
  failures: true,
  spared: true,
  ban: true,
  unban: true,
  enforced: true,
  ineffective: true,
  reconciled: true,
  suppressed: true,
  'looked-up': true,
  unresolved: true,
  'slow-line': true,
  problem: true,
  resolved: true,
};

export const eventKinds = Object.keys(kinds).filter(isKind);

export function isKind(text: string): text is ToldKind {
  return Object.hasOwn(kinds, text);
}

type Fields = Entry['fields'];

/** True of what the agent itself sent to journald as an entry with fields; what programs print in its unit is none. */
function isOfAgent({ _SYSTEMD_UNIT: unit, _TRANSPORT: transport }: Fields): boolean {
  return unit === AGENT_UNIT && transport === 'journal';
}

/** The event that the entry tells, read with EVENT_FIELDS and TRUSTED_FIELDS; undefined when it tells none. */
export function decodeEvent(entry: Entry): ToldEvent | undefined {
  const { fields, cursor, receivedAt } = entry;
  const kind = fields['F2B_EVENT'] ?? '';
  if (!isOfAgent(fields) || !isKind(kind)) return undefined;
  const told = {
    cursor,
    at: receivedAt,
    host: text(fields, '_HOSTNAME', LONGEST_NAME),
    message: text(fields, 'MESSAGE', LONGEST),
  };
  switch (kind) {
    case 'ban': {
      const ban = banOf(fields);
      const user = text(fields, 'F2B_USER', LONGEST_NAME);
      return ban && { ...told, kind, ban, ...askerOf(fields), ...(user !== '' && { user }) };
    }
    case 'unban': {
      const ban = banOf(fields);
      const cause = word(fields, 'F2B_CAUSE', unbanCauses);
      return ban && cause && { ...told, kind, ban, cause, ...askerOf(fields) };
    }
    case 'problem':
      return {
        ...told,
        kind,
        code: text(fields, 'F2B_CODE', LONGEST_NAME),
        hint: text(fields, 'F2B_HINT', LONGEST),
      };
    case 'resolved':
      return { ...told, kind, code: text(fields, 'F2B_CODE', LONGEST_NAME) };
    case 'failure':
      return { ...told, kind, ...whose(fields), ...loggedOf(fields) };
    default:
      return { ...told, kind, ...whose(fields) };
  }
}

function whose(fields: Fields): { readonly jail?: string; readonly address?: string } {
  const jail = text(fields, 'F2B_JAIL', LONGEST_NAME);
  const address = parseAddress(fields['F2B_ADDRESS'] ?? '')?.text;
  return { ...(jail !== '' && { jail }), ...(address !== undefined && { address }) };
}

function loggedOf(fields: Fields): { readonly logged?: { readonly at: number; readonly count: number } } {
  const [at, weight] = [count(fields, 'F2B_AT'), count(fields, 'F2B_COUNT')];
  return at === undefined || weight === undefined || weight < 1 ? {} : { logged: { at, count: weight } };
}

function banOf(fields: Fields): Ban | undefined {
  const address = parseAddress(fields['F2B_ADDRESS'] ?? '');
  const jail = text(fields, 'F2B_JAIL', LONGEST_NAME);
  const since = micros(fields, 'F2B_SINCE');
  const until = micros(fields, 'F2B_UNTIL');
  const disposition = word(fields, 'F2B_DISPOSITION', dispositions);
  const origin = word(fields, 'F2B_ORIGIN', banOrigins);
  if (address === undefined || jail === '' || since === undefined || until === undefined) return undefined;
  if (disposition === undefined || origin === undefined) return undefined;
  const reason = text(fields, 'F2B_REASON', LONGEST);
  return {
    jail,
    address,
    since,
    until,
    disposition,
    ports: values(fields, 'F2B_PORT', MOST_PORTS, LONGEST_NAME),
    origin,
    count: count(fields, 'F2B_BANCOUNT') ?? 1,
    failures: count(fields, 'F2B_FAILURES') ?? 0,
    evidence: values(fields, 'F2B_CURSOR', MAX_EVIDENCE, LONGEST_CURSOR),
    ...(reason !== '' && { reason }),
  };
}

function askerOf(fields: Fields): { readonly by?: number } {
  const by = count(fields, 'F2B_BY');
  return by === undefined ? {} : { by };
}

function text(fields: Fields, name: string, longest: number): string {
  return (fields[name] ?? '').slice(0, longest);
}

/** The values of a field that may have several. */
function values(fields: Fields, name: string, most: number, longest: number): readonly string[] {
  const joined = fields[name] ?? '';
  return joined === '' ? [] : joined.split('\n', most).filter((value) => value !== '' && value.length <= longest);
}

/** As `micros` of notify writes it. */
function micros(fields: Fields, name: string): number | undefined {
  return fields[name] === 'infinity' ? FOREVER : count(fields, name);
}

function count(fields: Fields, name: string): number | undefined {
  const value = fields[name] ?? '';
  return /^\d{1,16}$/.test(value) && Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
}

function word<T extends string>(fields: Fields, name: string, known: readonly T[]): T | undefined {
  return known.find((one) => one === fields[name]);
}
