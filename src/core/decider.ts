/**
 * The one place where failures become bans: failures and requests in, effects out, in the order they were decided.
 * Invariant: decisions rest only on what earlier effects stated and on what is handed in. Time comes with the entries:
 * before an entry of time t is considered, all that ended by t has ended. So a run that was killed and resumed from
 * its last commit decides what an undisturbed run decides.
 */
import { type Address, isWholeRange, overlaps } from './address.js';
import { Aggregation, aggregateOf, foldedBan } from './aggregation.js';
import { type Ban, MANUAL_JAIL, MAX_EVIDENCE } from './ban.js';
import { bantimeAfter } from './bantime.js';
import type { Effect, SparedBy, UnbanCause } from './effect.js';
import type { Failure } from './failure.js';
import { Jail, type Offence } from './jail.js';
import type { Offender } from './offender.js';
import type { BanAnswer, BanOrder, Refusal } from './order.js';
import { Roster } from './roster.js';
import type { JailSettings } from './settings.js';
import { FOREVER } from './time.js';
import { totalCount } from './window.js';

/**
 * The most failures kept in all jails together, some 500 bytes each. Beyond it the fullest jail drops its oldest ones:
 * memory stays bounded under any flood, at the price of a shorter window.
 */
export const MAX_FAILURES = 1_000_000;

/** What is remembered from earlier runs. Iterables, so that a million offenders need never stand in one array. */
export interface Memory {
  readonly failures: Iterable<Failure>;
  readonly offenders: Iterable<Offender>;
  readonly bans: Iterable<Ban>;
}

export interface DeciderOptions {
  readonly jails: readonly JailSettings[];
  readonly snapshot: Memory;
  /**
   * A number in [0, 1) for BanTimeRandom=. It is given the cursor of the entry that led to the ban: drawing from
   * the cursor makes a replay draw the same.
   */
  readonly random: (cursor: string) => number;
  /** Who spares the address in the jail; for a prefix, who spares anything in it. */
  readonly spared: (address: Address, jail: string) => SparedBy | undefined;
  /** Default: MAX_FAILURES. */
  readonly maxFailures?: number;
}

/** Builds a decider that goes on where the snapshot ends. */
export function createDecider(options: DeciderOptions): Decider {
  return new Decider(options);
}

export class Decider {
  readonly #jails = new Map<string, Jail>();
  readonly #roster = new Roster();
  readonly #random: DeciderOptions['random'];
  readonly #spared: DeciderOptions['spared'];
  readonly #maxFailures: number;
  /** What the snapshot remembers of jails that are gone; told with the next effects. */
  #leftovers: Effect[] = [];

  constructor({ jails, snapshot, random, spared, maxFailures = MAX_FAILURES }: DeciderOptions) {
    this.#random = random;
    this.#spared = spared;
    this.#maxFailures = maxFailures;
    for (const settings of jails) this.#setUp(settings);
    for (const failure of snapshot.failures) {
      const jail = this.#jails.get(failure.jail);
      if (jail === undefined) this.#leftovers.push({ kind: 'expire-failures', jail: failure.jail, before: failure.at });
      else jail.tally.add(failure);
    }
    for (const offender of snapshot.offenders) {
      const jail = this.#jails.get(offender.jail);
      if (jail === undefined) this.#leftovers.push({ ...offender, kind: 'forgive' });
      else jail.offenders.set(offender);
    }
    for (const ban of snapshot.bans) {
      if (ban.jail === MANUAL_JAIL || this.#jails.has(ban.jail)) this.#hold(ban);
      else this.#leftovers.push({ kind: 'unban', ban, cause: 'jail-removed' });
    }
  }

  /** Considers one hit of a jail's filter. Failures of an address that is banned in the jail change nothing. */
  failure(failure: Failure): Effect[] {
    const jail = this.#jails.get(failure.jail);
    return jail === undefined ? [] : [...this.expire(failure.at), ...this.#consider(jail, failure)];
  }

  /** Considers a true login at `at`, µs since the epoch: with ResetOnSuccess= it forgets the address's failures. */
  gained(jailName: string, address: Address, at: number): Effect[] {
    const jail = this.#jails.get(jailName);
    if (jail === undefined || !jail.settings.resetOnSuccess) return [];
    return [...this.expire(at), ...jail.forget(this.#countedAs(jail, address))];
  }

  /** Ends what has ended by `at`, µs since the epoch: bans, failures beyond findtime, offenders beyond their memory. */
  expire(at: number): Effect[] {
    const leftovers = this.#leftovers;
    this.#leftovers = [];
    return [
      ...leftovers,
      ...this.#roster.takeEnded(at).flatMap((ban) => this.#lift(ban, 'expired')),
      ...[...this.#jails.values()].flatMap((jail) => jail.expire(at)),
    ];
  }

  /** When `expire` is due next: the end of the next ban. All else can wait for the next entry. µs since the epoch. */
  nextExpiry(): number | undefined {
    return this.#roster.nextEnd;
  }

  /** Bans what a person asked for, in the place of a ban of the same jail and address. */
  ban(order: BanOrder, now: number): BanAnswer {
    const { address, jail: name = MANUAL_JAIL, reason } = order;
    const jail = this.#jails.get(name);
    const refusal = this.#refusal(order, name);
    if (refusal !== undefined) return { outcome: 'refused', by: refusal };
    const until = now + (order.bantime ?? jail?.settings.bantime ?? FOREVER);
    const ban: Ban = {
      jail: name,
      address,
      since: now,
      until,
      disposition: jail?.settings.disposition ?? 'drop',
      ports: jail?.settings.ports ?? [],
      origin: 'manual',
      count: 1,
      failures: 0,
      evidence: [],
      ...(reason === undefined ? {} : { reason }),
    };
    const effects = [...(jail?.forget(address) ?? []), ...(jail?.endAt(address, until) ?? []), ...this.#hold(ban)];
    return { outcome: 'banned', ban, effects };
  }

  /**
   * Lifts every ban of what lies in `target` or around it, in one jail or in all; their addresses are new again.
   * Of a prefix that stands for its members, those outside `target` are banned again for the rest of their time.
   */
  unban(target: Address, jailName: string | undefined, now: number): Effect[] {
    return this.#roster.overlapping(target, jailName).flatMap((ban) => {
      const jail = this.#jails.get(ban.jail);
      const members = ban.members ?? [];
      const released = [ban, ...members].filter(({ address }) => overlaps(target, address));
      const restored = members.filter(({ address, until }) => !overlaps(target, address) && until > now);
      return [
        ...this.#lift(ban, 'manual'),
        ...released.flatMap(({ address }) => jail?.forgive(address) ?? []),
        ...restored.flatMap((member) => this.#hold(member)),
      ];
    });
  }

  /** Puts other limits in force. Bans keep their ends; what belongs to jails that are gone is dropped. */
  reconfigure(jails: readonly JailSettings[]): Effect[] {
    const names = new Set(jails.map(({ name }) => name));
    const removed = [...this.#jails.values()].filter(({ name }) => !names.has(name));
    for (const settings of jails) this.#setUp(settings);
    return removed.flatMap((jail) => {
      this.#jails.delete(jail.name);
      const bans = [...this.#roster.of(jail.name)];
      return [...bans.flatMap((ban) => this.#lift(ban, 'jail-removed')), ...jail.clear()];
    });
  }

  /** All bans in force. */
  bans(): Iterable<Ban> {
    return this.#roster;
  }

  /** The bans in force of an address, of prefixes around it, and of what lies in it. */
  bansOf(address: Address): readonly Ban[] {
    return this.#roster.overlapping(address, undefined);
  }

  /** How many addresses fail and how many bans are in force in a jail. */
  figuresOf(jail: string): { readonly failing: number; readonly banned: number } {
    return { failing: this.#jails.get(jail)?.tally.addresses ?? 0, banned: this.#roster.sizeOf(jail) };
  }

  /** The counted failures of an address in all jails; for a prefix, of what lies in it. */
  tallyOf(address: Address): readonly Failure[] {
    return [...this.#jails.values()].flatMap(({ tally }) => [...tally].filter((f) => overlaps(f.address, address)));
  }

  /** How many failures are held against exactly this address or prefix in a jail. */
  countedOf(jail: string, address: Address): number {
    return totalCount(this.#jails.get(jail)?.tally.failuresOf(address) ?? []);
  }

  /** What is remembered of an address's bans in all jails. */
  offendersOf(address: Address): readonly Offender[] {
    return [...this.#jails.values()].flatMap((jail) => {
      const prefix = jail.prefixOf(address);
      const keys = prefix === address ? [address] : [address, prefix];
      return keys.map((key) => jail.offenders.get(key)).filter((offender) => offender !== undefined);
    });
  }

  /** All that is remembered: a snapshot to go on from. */
  *failures(): Iterable<Failure> {
    for (const { tally } of this.#jails.values()) yield* tally;
  }

  *offenders(): Iterable<Offender> {
    for (const { offenders } of this.#jails.values()) yield* offenders;
  }

  #setUp(settings: JailSettings): void {
    const jail = this.#jails.get(settings.name) ?? new Jail(settings, Math.trunc(this.#random('') * 2 ** 32));
    const bans = this.#roster.of(settings.name);
    jail.settings = settings;
    jail.aggregation = settings.aggregateAfter === undefined ? undefined : new Aggregation(bans);
    this.#jails.set(settings.name, jail);
  }

  #consider(jail: Jail, failure: Failure): Effect[] {
    const by = this.#spared(failure.address, jail.name);
    if (by !== undefined) return [{ kind: 'spared', failure, by }];
    const address = this.#countedAs(jail, failure.address);
    if (this.#roster.covering(jail.name, address) !== undefined) return [];
    const counted = address === failure.address ? failure : { ...failure, address };
    const effects = jail.count(counted);
    if (effects.length === 0) return [];
    return [
      ...effects,
      ...jail.offencesBy(counted).flatMap((offence) => this.#punish(jail, offence, counted)),
      ...this.#makeRoom(),
    ];
  }

  #makeRoom(): Effect[] {
    let size = 0;
    let [fullest] = this.#jails.values();
    for (const jail of this.#jails.values()) {
      size += jail.tally.size;
      if (jail.tally.size > (fullest?.tally.size ?? 0)) fullest = jail;
    }
    return fullest === undefined || size <= this.#maxFailures ? [] : fullest.dropOldest();
  }

  /** The prefix that the jail bans, unless that would hit somebody who is spared: then the address alone. */
  #countedAs(jail: Jail, address: Address): Address {
    const prefix = jail.prefixOf(address);
    return prefix === address || this.#spared(prefix, jail.name) === undefined ? prefix : address;
  }

  /** Bans an offender from the moment of its last failure, or of the failure that convicted it. */
  #punish(jail: Jail, { address, failures }: Offence, last: Failure): Effect[] {
    const by = this.#spared(address, jail.name);
    if (by !== undefined) return [...jail.forget(address), { kind: 'spared', failure: last, by }];
    const { bantime: base, increment, disposition, ports, recidive, name } = jail.settings;
    const earlier = this.#earlierBans(jail, address);
    const bantime = bantimeAfter(earlier, base, increment, () => this.#random(last.cursor));
    const since = Math.max(last.at, failures.at(-1)?.at ?? last.at);
    const ban: Ban = {
      jail: name,
      address,
      since,
      until: since + bantime,
      disposition,
      ports,
      origin: recidive ? 'recidive' : 'jail',
      count: earlier + 1,
      failures: totalCount(failures),
      evidence: [...new Set(failures.flatMap(({ evidence }) => evidence))].slice(-MAX_EVIDENCE),
    };
    const offender = jail.remember(address, since, bantime);
    return [
      ...jail.forget(address),
      { kind: 'offender', offender },
      ...this.#enforce(jail, ban),
      ...(recidive ? [] : this.#report(ban, last.cursor)),
    ];
  }

  #earlierBans(jail: Jail, address: Address): number {
    const jails = jail.settings.increment?.allJails ? [...this.#jails.values()] : [jail];
    return jails.reduce((sum, { offenders }) => sum + (offenders.get(address)?.count ?? 0), 0);
  }

  /** Holds the ban, or one of the prefix around it when AggregateAfter= is reached and nobody in it is spared. */
  #enforce(jail: Jail, ban: Ban): Effect[] {
    const { aggregateAfter = Number.POSITIVE_INFINITY } = jail.settings;
    const prefix = aggregateOf(ban.address);
    const neighbours = jail.aggregation?.within(prefix) ?? [];
    if (neighbours.length + 1 < aggregateAfter || prefix === ban.address) return this.#hold(ban);
    if (this.#spared(prefix, jail.name) !== undefined) return this.#hold(ban);
    const folded = neighbours
      .map((address) => this.#roster.get(jail.name, address))
      .filter((found) => found !== undefined);
    return [
      ...this.#hold(foldedBan(prefix, ban, folded)),
      ...folded.flatMap((neighbour) => this.#lift(neighbour, 'folded')),
    ];
  }

  /** A ban is a failure in the jails for repeat offenders. */
  #report(ban: Ban, cursor: string): Effect[] {
    const { address, since: at } = ban;
    const evidence = [...ban.evidence.filter((earlier) => earlier !== cursor), cursor];
    return [...this.#jails.values()]
      .filter(({ settings }) => settings.recidive)
      .flatMap((jail) => this.#consider(jail, { jail: jail.name, address, at, cursor, evidence, count: 1 }));
  }

  #refusal({ address, force = false }: BanOrder, jail: string): Refusal | undefined {
    if (isWholeRange(address)) return 'everybody';
    if (jail !== MANUAL_JAIL && !this.#jails.has(jail)) return 'unknown-jail';
    const by = this.#spared(address, jail);
    return force && by !== 'own-address' ? undefined : by;
  }

  #hold(ban: Ban): Effect[] {
    this.#roster.add(ban);
    this.#jails.get(ban.jail)?.aggregation?.add(ban);
    return [{ kind: 'ban', ban }];
  }

  #lift(ban: Ban, cause: UnbanCause): Effect[] {
    this.#roster.remove(ban);
    this.#jails.get(ban.jail)?.aggregation?.remove(ban);
    return [{ kind: 'unban', ban, cause }];
  }
}
