/**
 * Who counts which partition, and who is next in line to. Pure. Invariant: whoever is in line and says nothing for a quarter
 * of an hour is passed over until it says something, however seldom it said that it would.
 */
import type { Member } from '../deciding/change.js';
import { isSilent, memberInterval } from '../deciding/member-interval.js';
import { countersOf, PARTITIONS } from './partition.js';

/** So many of each partition stand by: they tell of themselves as often as those that count. */
const STANDING_BY = 2;
/** µs */
const IN_LINE_INTERVAL = memberInterval(0, true);

export class CountingLine {
  readonly #counters: number;
  /** Since when who is in line, as this host sees it; µs since the epoch. */
  #since: ReadonlyMap<string, number> = new Map();
  /** Who was missed in line, with when its last word came. */
  #missed: ReadonlyMap<string, number> = new Map();

  /** `counters`: of each partition. */
  constructor(counters: number) {
    this.#counters = counters;
  }

  /** It counts a partition, or stands by to. */
  has(host: string): boolean {
    return this.#since.has(host);
  }

  /** Those of the members that can be relied on; `now`: µs since the epoch. */
  present(members: readonly Member[], now: number): readonly Member[] {
    const missed = members.filter(
      ({ host, seenAt }) => this.#missed.get(host) === seenAt || this.#isMissed(host, seenAt, now),
    );
    this.#missed = new Map(missed.map(({ host, seenAt }) => [host, seenAt]));
    return members.filter(({ host }) => !this.#missed.has(host));
  }

  /** By partition who of these counts it from now on. */
  share(hosts: readonly string[], now: number): readonly (readonly string[])[] {
    const lines = Array.from({ length: PARTITIONS }, (_, partition) =>
      countersOf(partition, hosts, this.#counters + STANDING_BY),
    );
    this.#since = new Map(lines.flat().map((host) => [host, this.#since.get(host) ?? now]));
    return lines.map((line) => line.slice(0, this.#counters));
  }

  /** Who came into line has as long for its first word there as for any. */
  #isMissed(host: string, seenAt: number, now: number): boolean {
    const since = this.#since.get(host);
    return since !== undefined && isSilent({ seenAt: Math.max(since, seenAt), interval: IN_LINE_INTERVAL }, now);
  }
}
