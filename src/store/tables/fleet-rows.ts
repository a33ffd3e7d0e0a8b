/** What f2b-fleetd remembers as rows, and back. Rows that are not whole are damage: STORE_DAMAGED is thrown for them. */
import { type Address, parseAddress } from '../../core/address/address.js';
import { type JsonRecord, jsonEnd, jsonReader } from '../../core/json-record.js';
import { F2bError } from '../../errors.js';
import {
  type Allowance,
  type Change,
  type FleetMemory,
  type Lifted,
  type Member,
  type Order,
  type Release,
  type Reporter,
  refusals,
} from '../../fleet/deciding/change.js';
import type { Claim } from '../../fleet/deciding/claim.js';
import { believedInterval } from '../../fleet/deciding/member-interval.js';
import type { WaitingFailures, WaitingMessage } from '../../fleet/fleet-store.js';
import type { CountOffer } from '../../fleet/messages/message.js';
import type { Row } from '../database.js';

/** A small thing remembered by kind and key, its value as JSON; without one it is forgotten. */
export interface Fact {
  readonly kind: string;
  readonly key: string;
  readonly value: object | undefined;
}

function fact(kind: string, key: string, value?: object): Fact {
  return { kind, key, value };
}

/** The change as a fact; undefined for claims and what this host published, which have tables of their own. */
export function factOf(change: Change): Fact | undefined {
  switch (change.kind) {
    case 'reporter':
      return fact('reporter', change.reporter.host, change.reporter);
    case 'member': {
      const { member } = change;
      const { count, addresses, ...rest } = member;
      const offer = count === undefined ? {} : { count: { ...count, bantime: jsonEnd(count.bantime) } };
      return fact('member', member.host, { ...rest, ...offer, addresses: addresses.map(({ text }) => text) });
    }
    case 'drop-member':
      return fact('member', change.host);
    case 'order': {
      const { address, until, reason, sequence, saidAt } = change.order;
      const why = reason === undefined ? {} : { reason };
      return fact('order', address.text, { until: jsonEnd(until), sequence, saidAt, ...why });
    }
    case 'allowance': {
      const { address: spared, until, saidUntil, ...rest } = change.allowance;
      return fact('allowance', spared.text, { ...rest, until: jsonEnd(until), saidUntil: jsonEnd(saidUntil) });
    }
    case 'lifted':
      return fact('lifted', change.lifted.address.text, {
        sequence: change.lifted.sequence,
        before: change.lifted.before,
      });
    case 'release':
      return fact('release', change.release.address.text, { before: change.release.before });
    case 'drop-order':
    case 'drop-allowance':
    case 'drop-lifted':
    case 'drop-release':
      return fact(change.kind.slice('drop-'.length), change.address.text);
    case 'paused':
      return fact('paused', '', { isPaused: change.isPaused });
    case 'clock':
      return fact('clock', '', { ahead: change.ahead });
    case 'claim':
    case 'drop-claim':
    case 'claims-anew':
    case 'withdrawn-here':
    case 'overwritten':
      return undefined;
  }
}

function damaged(): F2bError {
  return new F2bError('STORE_DAMAGED', 'a row is not whole');
}

/** Cells are as values of JSON are: NULL stands for what never ends. */
const { record, list, text, number, end } = jsonReader(damaged);

function address(value: unknown): Address {
  const parsed = parseAddress(text(value));
  if (parsed === undefined) throw damaged();
  return parsed;
}

export function messageOf(row: Row): WaitingMessage {
  return {
    subject: text(row['subject']),
    kind: row['kind'] === 'unban' ? 'unban' : 'ban',
    since: number(row['since']),
    until: end(row['until']),
    id: text(row['id']),
    round: number(row['round']),
    ...(row['reason'] === null ? {} : { reason: text(row['reason']) }),
  };
}

export function failuresOf(row: Row): WaitingFailures {
  return {
    ...{ n: number(row['n']), partition: number(row['partition']), id: text(row['id']), body: text(row['body']) },
    ...{ size: number(row['size']), until: number(row['until']) },
  };
}

/** All facts, and the claims with them, as the decider takes them. */
export function memoryOf(claims: Iterable<Claim>, rows: readonly Row[]): FleetMemory {
  const of = (kind: string) =>
    rows.filter((row) => row['kind'] === kind).map((row) => ({ key: text(row['key']), value: parsed(row['value']) }));
  return {
    claims,
    reporters: of('reporter').map(({ key, value }) => reporter(key, value)),
    members: of('member').map(({ key, value }) => member(key, value)),
    orders: of('order').map(({ key, value }) => order(key, value)),
    allowances: of('allowance').map(({ key, value }) => allowance(key, value)),
    lifted: of('lifted').map(
      ({ key, value }): Lifted => ({
        address: address(key),
        sequence: number(value['sequence']),
        // Not there in what older versions stored.
        before: number(value['before'] ?? 0),
      }),
    ),
    releases: of('release').map(
      ({ key, value }): Release => ({ address: address(key), before: number(value['before']) }),
    ),
    isPaused: of('paused').some(({ value }) => value['isPaused'] === true),
    ahead: of('clock').reduce((_, { value }) => number(value['ahead']), 0),
  };
}

function parsed(value: unknown): JsonRecord {
  try {
    return record(JSON.parse(text(value)));
  } catch {
    // What is not JSON is damage, as what is no object is.
    throw damaged();
  }
}

function reporter(host: string, value: JsonRecord): Reporter {
  const lastRefusal = refusals.find((one) => one === value['lastRefusal']);
  return {
    host,
    minute: number(value['minute']),
    published: number(value['published']),
    refused: number(value['refused']),
    ...(lastRefusal === undefined ? {} : { lastRefusal }),
  };
}

function member(host: string, value: JsonRecord): Member {
  return {
    host,
    version: text(value['version']),
    addresses: list(value['addresses']).map(address),
    seenAt: number(value['seenAt']),
    sequence: number(value['sequence']),
    applied: number(value['applied']),
    // Not there in what older versions stored.
    behind: number(value['behind'] ?? 0),
    interval: value['interval'] === undefined ? believedInterval(undefined) : number(value['interval']),
    ...(value['count'] === undefined ? {} : { count: offer(record(value['count'])) }),
  };
}

function offer({ maxretry, findtime, bantime }: JsonRecord): CountOffer {
  return { maxretry: number(maxretry), findtime: number(findtime), bantime: end(bantime) };
}

function order(key: string, { until, reason, sequence, saidAt }: JsonRecord): Order {
  const why = reason === undefined ? {} : { reason: text(reason) };
  return {
    ...{ address: address(key), until: end(until), sequence: number(sequence), ...why },
    // Not there in what older versions stored.
    saidAt: number(saidAt ?? 0),
  };
}

function allowance(key: string, { until, saidUntil, by, reason, sequence, toldAt }: JsonRecord): Allowance {
  return {
    ...{ address: address(key), until: end(until), saidUntil: end(saidUntil), by: text(by) },
    ...{
      sequence: number(sequence),
      toldAt: number(toldAt),
      ...(reason === undefined ? {} : { reason: text(reason) }),
    },
  };
}
