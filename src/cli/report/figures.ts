/**
 * The figures of a report, from the agent's events. Invariant: memory is bounded, whatever the events say, and every
 * event of the time counts once.
 */
import { parseAddress } from '../../core/address/address.js';
import type { Entry } from '../../core/entry.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Zone } from '../../text/zone.js';
import type { Locate } from '../geoip.js';
import { clientNetwork, wholeNumber } from './event-values.js';
import { type Count, Tops } from './tops.js';

/** The events that count. */
export const REPORTED = ['failure', 'failures', 'ban', 'unban'];

/** A part of the time. */
export interface Slice {
  /** When it begins, µs since the epoch. */
  readonly at: number;
  readonly failures: number;
  readonly bans: number;
}

export interface JailFigures {
  readonly jail: string;
  readonly failures: number;
  readonly bans: number;
}

export interface Figures {
  /** µs since the epoch. */
  readonly since: number;
  readonly until: number;
  /** Whose events they are, those with most events first. */
  readonly hosts: readonly string[];
  /** Of one jail alone. */
  readonly jail?: string;
  readonly failures: number;
  readonly bans: number;
  readonly unbans: number;
  /** Banned addresses and prefixes. */
  readonly addresses: number;
  /** Equal parts of the time, in order. */
  readonly slices: readonly Slice[];
  /** By their bans. */
  readonly jails: readonly JailFigures[];
  readonly users: readonly Count[];
  /** False when failures were told only by their number. */
  readonly areUsersTold: boolean;
  readonly networks: readonly Count[];
  /** By bans, where a database tells them. */
  readonly countries?: readonly Count[];
  readonly owners?: readonly Count[];
  readonly mostBanned: readonly Count[];
  /** Bans by day of the week, Sunday first, and hour, in the reader's time zone. */
  readonly week: readonly (readonly number[])[];
}

/** What the report is about; times in µs since the epoch. */
export interface Scope {
  readonly since: number;
  readonly until: number;
  readonly jail?: string;
  readonly zone: Zone;
  readonly locate?: Locate;
}

const SLICES = 48;
/** So many names are in each ranking. */
export const FIRST = 15;
/** Said where failures have no user names. */
export const WITHOUT_USERS = 'User names are counted with LogFailures=yes in f2bd.conf.';
/** More hosts are not named. */
const MAX_HOSTS = 5;
const HOUR = 3_600;

export function figuresOf(entries: Iterable<Entry>, scope: Scope): Figures {
  const counter = new Counter(scope);
  for (const entry of entries) counter.count(entry);
  return counter.figures();
}

/** Takes in one event after the other. */
class Counter {
  readonly #scope: Scope;
  readonly #width: number;
  readonly #slices = Array.from({ length: SLICES }, () => ({ failures: 0, bans: 0 }));
  readonly #week = Array.from({ length: 7 }, () => Array.from({ length: 24 }, () => 0));
  readonly #hosts = new Tops();
  readonly #failures = new Tops();
  readonly #bans = new Tops();
  readonly #users = new Tops();
  readonly #networks = new Tops();
  readonly #addresses = new Tops();
  readonly #countries = new Tops();
  readonly #owners = new Tops();
  #unbans = 0;
  #singleFailures = 0;
  #summaries = 0;

  constructor(scope: Scope) {
    this.#scope = scope;
    this.#width = Math.max(1, (scope.until - scope.since) / SLICES);
  }

  count({ receivedAt, fields }: Entry): void {
    if (fields['_HOSTNAME'] !== undefined) this.#hosts.add(fields['_HOSTNAME']);
    switch (fields['F2B_EVENT']) {
      case 'failure':
        this.#singleFailures += 1;
        if (fields['F2B_USER'] !== undefined) this.#users.add(fields['F2B_USER']);
        this.#countFailures(receivedAt, fields, 1);
        return;
      case 'failures':
        this.#summaries += 1;
        this.#countFailures(receivedAt, fields, wholeNumber(fields['F2B_FAILURES']));
        return;
      case 'ban':
        this.#countBan(receivedAt, fields);
        return;
      case 'unban':
        this.#unbans += 1;
    }
  }

  figures(): Figures {
    const { since, until, jail, locate } = this.#scope;
    const sum = (key: 'failures' | 'bans') => this.#slices.reduce((total, slice) => total + slice[key], 0);
    return {
      ...{
        since,
        until,
        hosts: this.#hosts.first(MAX_HOSTS).map(({ name }) => name),
        ...(jail === undefined ? {} : { jail }),
      },
      ...{ failures: sum('failures'), bans: sum('bans'), unbans: this.#unbans, addresses: this.#addresses.size },
      slices: this.#slices.map((slice, index) => ({ at: Math.round(since + index * this.#width), ...slice })),
      jails: jailFigures(this.#failures, this.#bans),
      users: this.#users.first(FIRST),
      areUsersTold: this.#singleFailures > 0 || this.#summaries === 0,
      networks: this.#networks.first(FIRST),
      ...(locate === undefined ? {} : { countries: this.#countries.first(FIRST), owners: this.#owners.first(FIRST) }),
      mostBanned: this.#addresses.first(FIRST),
      week: this.#week,
    };
  }

  #countFailures(at: number, fields: Entry['fields'], count: number): void {
    this.#failures.add(fields['F2B_JAIL'] ?? '', count);
    this.#addTo(at, 'failures', count);
  }

  #countBan(at: number, fields: Entry['fields']): void {
    this.#bans.add(fields['F2B_JAIL'] ?? '');
    this.#addTo(at, 'bans', 1);
    this.#addAddress(fields['F2B_ADDRESS'] ?? '');
    countHour(this.#week, at, this.#scope.zone);
  }

  #addAddress(text: string): void {
    const address = parseAddress(text);
    if (address === undefined) return;
    this.#addresses.add(address.text);
    this.#networks.add(clientNetwork(address).text);
    const { country, owner } = this.#scope.locate?.(address) ?? {};
    if (country !== undefined) this.#countries.add(country);
    if (owner !== undefined) this.#owners.add(owner);
  }

  #addTo(at: number, key: 'failures' | 'bans', count: number): void {
    const index = Math.floor((at - this.#scope.since) / this.#width);
    const slice = this.#slices[Math.min(SLICES - 1, Math.max(0, index))];
    if (slice !== undefined) slice[key] += count;
  }
}

function countHour(week: readonly number[][], at: number, zone: Zone): void {
  const seconds = Math.floor(at / MICROS_PER_SECOND);
  const local = seconds + zone.offsetAt(seconds);
  // The epoch began on a Thursday.
  const day = week[(Math.floor(local / (24 * HOUR)) + 4) % 7];
  const hour = Math.floor(local / HOUR) % 24;
  if (day !== undefined) day[hour] = (day[hour] ?? 0) + 1;
}

function jailFigures(failures: Tops, bans: Tops): readonly JailFigures[] {
  const ofFailures = new Map(failures.first(Number.POSITIVE_INFINITY).map(({ name, count }) => [name, count]));
  const ofBans = new Map(bans.first(Number.POSITIVE_INFINITY).map(({ name, count }) => [name, count]));
  const names = [...new Set([...ofBans.keys(), ...ofFailures.keys()])];
  return names.map((jail) => ({ jail, failures: ofFailures.get(jail) ?? 0, bans: ofBans.get(jail) ?? 0 }));
}
