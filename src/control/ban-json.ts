/**
 * Bans as JSON: a hundred thousand of them cross the bus so in a fifth of the time that as many dictionaries take.
 * Invariant: what arrives becomes a whole ban, or Malformed is thrown.
 */
import type { BanView } from '../agent/explanation.js';
import { parseAddress } from '../core/address/address.js';
import { type Ban, banOrigins, dispositions, type ReplacedBan } from '../core/ban.js';
import { jsonEnd } from '../core/json-record.js';
import { FOREVER } from '../core/time.js';
import { Malformed } from './codec.js';

/** `until` is null for ever. */
export function banToJson({ ban, state, replaced }: BanView): object {
  const json = toJson(ban, state);
  if (replaced === undefined) return json;
  const { until, origin, reason } = replaced;
  return { ...json, replaced: { until: jsonEnd(until), origin, reason } };
}

/** Written out, as taking the rest of an object takes ten times as long; what is undefined is left out of JSON. */
function toJson(ban: Ban, state?: BanView['state']): object {
  const { jail, address, since, until, disposition, ports, origin, count, failures, evidence, reason, members } = ban;
  return {
    jail,
    address: address.text,
    since,
    until: jsonEnd(until),
    disposition,
    ports,
    origin,
    count,
    failures,
    evidence,
    reason,
    members: members?.map((member) => toJson(member)),
    state,
  };
}

/** Throws Malformed. */
export function banFromJson(value: unknown): BanView {
  const record = recordIn(value);
  const view = { ban: banIn(record), state: wordIn(record, 'state', ['pending', 'enforced']) };
  const { replaced } = record;
  return replaced === undefined ? view : { ...view, replaced: replacedIn(recordIn(replaced)) };
}

function replacedIn(record: Json): ReplacedBan {
  const reason = reasonIn(record);
  return {
    until: endIn(record),
    origin: wordIn(record, 'origin', banOrigins),
    ...(reason === undefined ? {} : { reason }),
  };
}

type Json = Readonly<Record<string, unknown>>;

function recordIn(value: unknown): Json {
  if (!isRecord(value)) throw new Malformed('must be an object');
  return value;
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}

function banIn(record: Json): Ban {
  const { address: text, members } = record;
  const reason = reasonIn(record);
  const address = typeof text === 'string' ? parseAddress(text) : undefined;
  if (address === undefined) throw new Malformed('address must be an IP address or prefix');
  const ban = {
    jail: textOf(record['jail'], 'jail'),
    address,
    since: numberIn(record, 'since'),
    until: endIn(record),
    disposition: wordIn(record, 'disposition', dispositions),
    ports: textsIn(record, 'ports'),
    origin: wordIn(record, 'origin', banOrigins),
    count: numberIn(record, 'count'),
    failures: numberIn(record, 'failures'),
    evidence: textsIn(record, 'evidence'),
  };
  // Most have neither, and a spread takes as long as the rest.
  if (reason === undefined && members === undefined) return ban;
  return {
    ...ban,
    ...(reason === undefined ? {} : { reason }),
    ...(members === undefined ? {} : { members: listOf(members, 'members').map((member) => banIn(recordIn(member))) }),
  };
}

function endIn(record: Json): number {
  return record['until'] === null ? FOREVER : numberIn(record, 'until');
}

function reasonIn({ reason }: Json): string | undefined {
  return reason === undefined ? undefined : textOf(reason, 'reason');
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Malformed(`${name} must be an array`);
  return value;
}

function textsIn(record: Json, name: string): readonly string[] {
  return listOf(record[name], name).map((item) => textOf(item, name));
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new Malformed(`${name} must be a string`);
  return value;
}

/** A number, or a time in µs. */
function numberIn(record: Json, name: string): number {
  const value = record[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw new Malformed(`${name} must be a number`);
  return value;
}

function wordIn<const W extends string>(record: Json, name: string, words: readonly W[]): W {
  const found = words.find((candidate) => candidate === record[name]);
  if (found === undefined) throw new Malformed(`${name} must be one of ${words.join(', ')}`);
  return found;
}
