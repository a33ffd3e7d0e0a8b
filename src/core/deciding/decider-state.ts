/**
 * All that the decider remembers: the jails with their failures and offenders, and the bans in force.
 * Invariant: every change is returned as the effects that state it, so what is stored is always what is remembered.
 */
import { type Address, overlaps } from '../address/address.js';
import { AddressSet } from '../address/address-set.js';
import { append } from '../append.js';
import { type Ban, isJailWithoutFile, readBan, type StoredBan } from '../ban.js';
import type { Effect, UnbanCause } from '../effect.js';
import type { Failure } from '../failure.js';
import type { Memory, MemoryPart } from '../memory.js';
import type { Offender } from '../offender.js';
import { CursorPacker } from '../packed/cursor-packer.js';
import type { JailSettings } from '../settings.js';
import { FOREVER } from '../time.js';
import { Jail } from './jail.js';
import { Roster } from './roster.js';

/** So many orders to unban are remembered, the latest; far more than people give while a state cannot be read. */
const MOST_LIFTED = 1_000;

export class DeciderState implements Memory {
  readonly roster: Roster;
  readonly #jails = new Map<string, Jail>();
  readonly #seed: number;
  readonly #cursors = new CursorPacker();
  /** What earlier runs remember of jails that are gone; dropped with the next effects. */
  readonly #leftovers: Effect[] = [];
  /** Whom a person ordered to be unbanned in this run, and in which jail. */
  readonly #lifted: { readonly target: Address; readonly jail: string | undefined }[] = [];

  /** `seed`: any 32-bit number, see AddressTable. */
  constructor(jails: readonly JailSettings[], seed: number) {
    this.#seed = seed;
    this.roster = new Roster(seed, this.#cursors);
    for (const settings of jails) this.#setUp(settings);
  }

  /** Takes in what earlier runs remember, a part at a time; no effects, as it is stored already. */
  remember({ failures = [], offenders = [], bans = [], offendersOf = new Map() }: MemoryPart): void {
    for (const [jail, count] of offendersOf) this.jail(jail)?.offenders.reserve(count);
    for (const failure of failures) {
      const jail = this.jail(failure.jail);
      if (jail === undefined) this.#leftovers.push({ kind: 'expire-failures', jail: failure.jail, before: failure.at });
      else jail.recallFailure(failure);
    }
    this.#rememberOffenders(offenders);
    for (const ban of bans) {
      if (isJailWithoutFile(ban.jail) || this.#jails.has(ban.jail)) this.#keep(ban);
      else this.#leftovers.push({ kind: 'unban', ban: readBan(ban), cause: 'jail-removed' });
    }
  }

  /**
   * The same, after decisions were made: of a ban the one that is remembered stays, of an offender the one with more
   * bans. Failures of an address that has been banned meanwhile are dealt with. Of whom a person unbanned meanwhile
   * nothing is taken in.
   */
  adopt({ failures = [], offenders = [], bans = [] }: MemoryPart): void {
    const isNews = ({ jail, address }: { readonly jail: string; readonly address: Address }) =>
      this.roster.get(jail, address) === undefined;
    const bansOf = (jail: string, address: Address) => this.jail(jail)?.offenders.countOf(address) ?? 0;
    const isLifted = (one: { readonly jail: string; readonly address: Address }) =>
      this.#lifted.some(({ target, jail }) => overlaps(target, one.address) && (jail ?? one.jail) === one.jail);
    this.remember({
      failures: filter(failures, (one) => isNews(one) && bansOf(one.jail, one.address) === 0 && !isLifted(one)),
      offenders: filter(offenders, (one) => one.count > bansOf(one.jail, one.address) && !isLifted(one)),
      bans: filter(bans, (one) => isNews(one) && !isLifted(one)),
    });
  }

  /** A person ordered this: it holds for bans too that are not known yet. */
  noteLifted(target: Address, jail: string | undefined): void {
    this.#lifted.push({ target, jail });
    if (this.#lifted.length > MOST_LIFTED) this.#lifted.shift();
  }

  get jails(): readonly Jail[] {
    return [...this.#jails.values()];
  }

  jail(name: string): Jail | undefined {
    return this.#jails.get(name);
  }

  get failures(): Iterable<Failure> {
    return this.#allOf(({ tally }) => tally);
  }

  get offenders(): Iterable<Offender> {
    return this.#allOf(({ offenders }) => offenders);
  }

  get bans(): Iterable<Ban> {
    return this.roster;
  }

  /** Puts other limits in force. Bans keep their ends; what belongs to jails that are gone is dropped. */
  reconfigure(jails: readonly JailSettings[]): Effect[] {
    const names = new Set(jails.map(({ name }) => name));
    const removed = this.jails.filter(({ name }) => !names.has(name));
    for (const settings of jails) this.#setUp(settings);
    return removed.flatMap((jail) => {
      this.#jails.delete(jail.name);
      const bans = [...this.roster.of(jail.name)];
      return [...bans.flatMap((ban) => this.lift(ban, 'jail-removed')), ...jail.clear()];
    });
  }

  /** Ends what has ended by `at`: bans, failures beyond findtime, offenders beyond their memory. See Decider.expire. */
  expire(at: number, limit: number): Effect[] {
    const effects = this.#leftovers.length === 0 ? [] : this.#leftovers.splice(0, limit);
    for (const ban of this.roster.takeEnded(at, limit - effects.length)) append(effects, this.lift(ban, 'expired'));
    for (const jail of this.#jails.values()) {
      if (jail.quietUntil <= at) append(effects, jail.expire(at, limit - effects.length));
    }
    return effects;
  }

  hold(ban: Ban): Effect[] {
    this.#keep(ban);
    return [{ kind: 'ban', ban }];
  }

  lift(ban: Ban, cause: UnbanCause): Effect[] {
    this.roster.remove(ban);
    this.jail(ban.jail)?.unbanned(ban);
    return [{ kind: 'unban', ban, cause }];
  }

  /** Clears what these jails counted of the addresses, and in jails for repeat offenders their earlier bans too. */
  clearHistory(addresses: readonly Address[], concerned: (jail: Jail) => boolean): Effect[] {
    if (addresses.length === 0) return [];
    const prefixes = new AddressSet(addresses);
    return this.jails
      .filter(concerned)
      .flatMap((jail) => [
        ...jail.clearFailuresWithin(prefixes),
        ...(jail.settings.recidive ? addresses.flatMap((address) => jail.deleteOffender(jail.prefixOf(address))) : []),
      ]);
  }

  /** Lets the bans in force end as much later (or earlier, when negative) as the clock was set. µs. */
  shiftBans(by: number): Effect[] {
    const timed = [...this.roster].filter(({ until }) => until !== FOREVER);
    return timed.flatMap((ban) => {
      const addresses = [ban, ...(ban.members ?? [])].map(({ address }) => address);
      const offenders = addresses.flatMap((address) => this.jail(ban.jail)?.shiftOffender(address, by) ?? []);
      const moved = shifted(ban, by);
      this.hold(moved);
      return [...offenders, { kind: 'ban', ban: moved, isMoved: true }];
    });
  }

  /** With more than `limit` failures in all jails, drops the oldest ones of the fullest jail. */
  makeRoom(limit: number): Effect[] {
    let size = 0;
    for (const { tally } of this.#jails.values()) size += tally.size;
    if (size <= limit) return [];
    return this.jails.reduce((fullest, jail) => (jail.tally.size > fullest.tally.size ? jail : fullest)).dropOldest();
  }

  /** How many bans so far, in all jails. */
  countBans(address: Address): number {
    return this.jails.reduce((sum, { offenders }) => sum + offenders.countOf(address), 0);
  }

  #rememberOffenders(offenders: Iterable<Offender>): void {
    let jail: Jail | undefined;
    for (const offender of offenders) {
      const { jail: name, address } = offender;
      // A million of them come in the order of their jails: most are of the one before.
      if (jail?.name !== name) jail = this.jail(name);
      if (jail === undefined) this.#leftovers.push({ kind: 'delete-offender', jail: name, address });
      else jail.recallOffender(offender);
    }
  }

  #keep(ban: StoredBan): void {
    this.roster.add(ban);
    this.jail(ban.jail)?.banned(ban);
  }

  #setUp(settings: JailSettings): void {
    const jail = this.jail(settings.name) ?? new Jail(settings, this.#seed, this.#cursors);
    jail.configure(settings, () => this.roster.bareOf(settings.name));
    this.#jails.set(settings.name, jail);
  }

  *#allOf<T>(part: (jail: Jail) => Iterable<T>): Iterable<T> {
    for (const jail of this.#jails.values()) yield* part(jail);
  }
}

function shifted(ban: Ban, by: number): Ban {
  const { members } = ban;
  const moved = { ...ban, since: ban.since + by, until: ban.until + by };
  return members === undefined ? moved : { ...moved, members: members.map((member) => shifted(member, by)) };
}

function* filter<T>(items: Iterable<T>, isWanted: (item: T) => boolean): Iterable<T> {
  for (const item of items) if (isWanted(item)) yield item;
}
