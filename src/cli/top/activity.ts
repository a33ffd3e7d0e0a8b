/**
 * What happened lately, from the agent's counters and its events. Invariant: memory is bounded, and a restart of the agent,
 * whose counters begin anew, is never taken for activity.
 */
import type { AgentStatus, JailStatus } from '../../agent/agent-status.js';
import type { Ban } from '../../core/ban.js';
import type { Failure } from '../../core/failure.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { clientNetwork } from '../report/event-values.js';
import { type Count, Tops } from '../report/tops.js';
import type { RecentEvent } from './recent-event.js';

/** So long an event counts, µs. */
export const EVENT_TIME = 3_600 * MICROS_PER_SECOND;
export const MAX_EVENTS = 5_000;

/** What is told as "a minute", µs. */
const MINUTE = 60 * MICROS_PER_SECOND;
/** Rates are of the last so many µs: shorter ones flicker. */
const RATE_TIME = 5 * MICROS_PER_SECOND;
const TREND = 60;

interface Sample {
  /** Of a clock that is never set, µs. */
  readonly at: number;
  readonly startedAt: number;
  readonly entries: number;
  readonly failures: number;
  readonly byJail: ReadonlyMap<string, number>;
}

/** Per second. */
export interface Rates {
  readonly entries: number;
  readonly failures: number;
}

export interface JailActivity extends Pick<JailStatus, 'name' | 'failing' | 'failures' | 'banned' | 'bans'> {
  /** Failures within the last minute. */
  readonly lately: number;
}

/** Those of the last hour, the most frequent first. */
export interface Busiest {
  readonly addresses: readonly Count[];
  readonly networks: readonly Count[];
  readonly users: readonly Count[];
}

export class Activity {
  #samples: Sample[] = [];
  #trend: number[] = [];
  #events: RecentEvent[] = [];

  /** Takes in what the agent says of itself. `at`: when, by a clock that is never set, µs. */
  sample(status: AgentStatus, at: number): void {
    const { startedAt, entries, jails } = status;
    const byJail = new Map(jails.map(({ name, failures }) => [name, failures]));
    const sample = { at, startedAt, entries, failures: sumOf(byJail), byJail };
    const previous = this.#samples.at(-1);
    if (previous !== undefined && previous.startedAt !== startedAt) this.#samples = [];
    else if (previous !== undefined) this.#trend.push(rate(previous, sample, ({ failures }) => failures));
    this.#trend = this.#trend.slice(-TREND);
    const recent = this.#samples.filter((one) => one.at > at - MINUTE);
    this.#samples = [...recent, sample];
  }

  take(event: RecentEvent): void {
    this.#events.push(event);
    if (this.#events.length > 2 * MAX_EVENTS) this.#events = this.#events.slice(-MAX_EVENTS);
  }

  get rates(): Rates {
    const last = this.#samples.at(-1);
    const first = this.#samples.find(({ at }) => last !== undefined && at >= last.at - RATE_TIME);
    if (first === undefined || last === undefined) return { entries: 0, failures: 0 };
    return {
      entries: rate(first, last, ({ entries }) => entries),
      failures: rate(first, last, ({ failures }) => failures),
    };
  }

  /** Failures a second, from one sample to the next, oldest first. */
  get trend(): readonly number[] {
    return this.#trend;
  }

  /** By their failures lately, then by those since the start. */
  jails({ jails }: Pick<AgentStatus, 'jails'>): readonly JailActivity[] {
    const before = this.#samples[0]?.byJail;
    return jails
      .map(({ name, failing, failures, banned, bans }) => {
        const lately = before === undefined ? 0 : grown(before.get(name) ?? 0, failures);
        return { name, failing, failures, banned, bans, lately };
      })
      .sort(
        (one, other) => other.lately - one.lately || other.failures - one.failures || (one.name < other.name ? -1 : 1),
      );
  }

  /** Newest first. `now` in µs since the epoch. */
  events(now: number): readonly RecentEvent[] {
    return this.#events
      .slice(-MAX_EVENTS)
      .filter(({ at }) => at > now - EVENT_TIME)
      .reverse();
  }
}

/** Names with counts that several sources tell of, each of them a part: the highest is nearest to the truth. */
class HighestCounts {
  readonly #sources = new Map<string, Map<string, number>>();

  add(source: string, name: string, count: number): void {
    const counts = this.#sources.get(source) ?? new Map<string, number>();
    counts.set(name, (counts.get(name) ?? 0) + count);
    this.#sources.set(source, counts);
  }

  /** One source after the other; a name may be told several times, with ever higher counts. */
  highest(): ReadonlyMap<string, number> {
    const highest = new Map<string, number>();
    for (const counts of this.#sources.values())
      for (const [name, count] of counts) highest.set(name, Math.max(count, highest.get(name) ?? 0));
    return highest;
  }
}

/** Where failures are told of. */
interface Sources {
  readonly events: readonly RecentEvent[];
  /** What the agent counts now. */
  readonly failing: readonly Failure[];
  /** Some in force that began lately: their events may be in a journal that cannot be read. */
  readonly bans: readonly Ban[];
}

/** By failures: those that events told one by one, those that bans tell of, and those that are counted now; the most. */
export function busiest({ events, failing, bans }: Sources, limit: number): Busiest {
  const [addresses, users] = [new HighestCounts(), new HighestCounts()];
  const networkOf = new Map<string, string>();
  for (const { kind, address, network, user, failures } of events) {
    if (kind !== 'failure' && kind !== 'ban') continue;
    if (kind === 'failure' && user !== undefined) users.add(kind, user, 1);
    if (address === undefined) continue;
    addresses.add(kind, address.text, Math.max(1, failures));
    networkOf.set(address.text, network);
  }
  for (const { address, failures } of bans) {
    addresses.add('in force', address.text, Math.max(1, failures));
    networkOf.set(address.text, clientNetwork(address).text);
  }
  for (const { address, user, count } of failing) {
    if (user !== undefined) users.add('counted', user, count);
    addresses.add('counted', address.text, count);
    networkOf.set(address.text, clientNetwork(address).text);
  }
  const counts = addresses.highest();
  const networks = new Tops();
  for (const [text, count] of counts) networks.add(networkOf.get(text) ?? text, count);
  return { addresses: topsOf(counts, limit), networks: networks.first(limit), users: topsOf(users.highest(), limit) };
}

function topsOf(counts: ReadonlyMap<string, number>, limit: number): readonly Count[] {
  const tops = new Tops();
  for (const [name, count] of counts) tops.add(name, count);
  return tops.first(limit);
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

/** A counter that is lower than before has begun anew. */
function grown(before: number, now: number): number {
  return now >= before ? now - before : now;
}

function rate(first: Sample, last: Sample, of: (sample: Sample) => number): number {
  const time = (last.at - first.at) / MICROS_PER_SECOND;
  return time > 0 ? grown(of(first), of(last)) / time : 0;
}
