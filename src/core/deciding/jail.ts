/**
 * One jail: its limits, and what it remembers of the addresses that failed or were banned.
 * Invariant: everything remembered is stated by effects, so replaying the effects gives the same jail.
 */
import type { Address } from '../address/address.js';
import type { AddressSet } from '../address/address-set.js';
import type { Ban } from '../ban.js';
import type { Effect } from '../effect.js';
import type { Failure } from '../failure.js';
import type { Offender } from '../offender.js';
import type { CursorPacker } from '../packed/cursor-packer.js';
import { Offenders } from '../packed/offenders.js';
import { Tally } from '../packed/tally.js';
import { aggregateOf } from '../prefixes/aggregation.js';
import { BannedNeighbours } from '../prefixes/banned-neighbours.js';
import { clientPrefix } from '../prefixes/client-prefix.js';
import type { JailSettings } from '../settings.js';
import { FOREVER } from '../time.js';
import { weightAfter } from './bantime.js';

/**
 * An address that has reached a limit, and the counted failures that say so, oldest first; for a prefix, they may be
 * counted for addresses in it.
 */
export interface Offence {
  readonly address: Address;
  readonly failures: readonly Failure[];
}

/** A failure that counts, and who is to be banned now. */
export interface Counted {
  readonly effect: Effect;
  readonly offences: readonly Offence[];
}

const none: readonly Offence[] = [];

export class Jail {
  settings: JailSettings;
  readonly tally: Tally;
  readonly offenders: Offenders;
  /** What AggregateAfter= may fold; kept only with it. */
  #foldable: BannedNeighbours | undefined;
  /** The bans of less than the jail's prefix: somebody in it was spared. */
  #narrow: BannedNeighbours;
  #quietUntil = Number.NEGATIVE_INFINITY;

  /** `seed`: any 32-bit number, see AddressTable. `cursors` may be shared with others. */
  constructor(settings: JailSettings, seed: number, cursors: CursorPacker) {
    this.settings = settings;
    this.tally = new Tally({ jail: settings.name, cursors, seed });
    this.offenders = new Offenders(settings.name, seed);
    this.#narrow = new BannedNeighbours((address) => this.prefixOf(address), []);
  }

  /** Puts limits in force; `bans` gives those of the jail. */
  configure(settings: JailSettings, bans: () => Iterable<Ban>): void {
    this.settings = settings;
    this.#quietUntil = Number.NEGATIVE_INFINITY;
    this.tally.trackAccounts(settings.maxretryUser !== undefined);
    const prefixOf = (address: Address) => this.prefixOf(address);
    this.tally.trackNeighbours(prefixOf);
    this.#narrow = new BannedNeighbours(prefixOf, bans());
    this.#foldable = settings.aggregateAfter === undefined ? undefined : new BannedNeighbours(aggregateOf, bans());
  }

  /** Takes note of a ban of the jail that is held from now on. */
  banned(ban: Pick<Ban, 'address' | 'origin'>): void {
    this.#narrow.add(ban);
    this.#foldable?.add(ban);
  }

  /** Takes note of the end of a ban. */
  unbanned(ban: Pick<Ban, 'address'>): void {
    this.#narrow.remove(ban);
    this.#foldable?.remove(ban);
  }

  /** The banned neighbours of an address that may be folded into one ban of `range`. */
  foldable(range: Address, address: Address): readonly Address[] {
    return this.#foldable?.within(range, address) ?? [];
  }

  get name(): string {
    return this.settings.name;
  }

  /** Nothing ends before this time, µs since the epoch. One look for each of a thousand jails at each failure. */
  get quietUntil(): number {
    return this.#quietUntil;
  }

  /** Takes in a failure that an earlier run counted. */
  recallFailure(failure: Failure): void {
    this.#quietUntil = Math.min(this.#quietUntil, failure.at + this.settings.findtime);
    this.tally.add(failure);
  }

  /** Takes in an offender: one of an earlier run, or in the place of what was known of its address. */
  recallOffender(offender: Offender): void {
    this.offenders.set(offender);
    this.#quietUntil = Math.min(this.#quietUntil, this.offenders.firstEnd + this.settings.offenderMemory);
  }

  /** The prefix of the jail's length around an address: what it counts and bans as one. */
  prefixOf(address: Address): Address {
    const { ipv4Prefix, ipv6Prefix } = this.settings;
    return clientPrefix(address, { ipv4: ipv4Prefix, ipv6: ipv6Prefix });
  }

  /**
   * Drops what has ended by `at`: failures beyond findtime, offenders beyond their memory, to the full hour, `limit` of
   * these.
   */
  expire(at: number, limit: number): Effect[] {
    const { findtime, offenderMemory } = this.settings;
    const effects = this.#expireFailures(at - findtime);
    for (const address of this.offenders.takeEnded(at - offenderMemory, limit)) {
      effects.push({ kind: 'delete-offender', jail: this.name, address });
    }
    const { oldest = Number.POSITIVE_INFINITY } = this.tally;
    this.#quietUntil = Math.min(oldest + findtime, this.offenders.firstEnd + offenderMemory);
    return effects;
  }

  /**
   * Counts a failure, weighing it when its address has been banned before; undefined when it was dealt with already.
   * `rest`: the widest prefix around its address that spares nobody, when the jail's prefix spares somebody.
   */
  count(failure: Failure, rest?: Address): Counted | undefined {
    const { maxretry, findtime, increment } = this.settings;
    const weight = weightAfter(this.offenders.countOf(failure.address), maxretry, increment);
    const weighed = weight === 1 ? failure : { ...failure, count: failure.count * weight };
    if (this.#isOfThePast(failure) || !this.tally.add(weighed)) return undefined;
    this.#quietUntil = Math.min(this.#quietUntil, failure.at + findtime);
    const counted = this.tally.countWith(weighed, findtime);
    const together = rest === undefined ? undefined : this.#together(weighed, rest);
    const offences = this.#accomplices(weighed) ?? together ?? (counted < maxretry ? none : this.#reached(weighed));
    return { effect: { kind: 'failure', failure: weighed, counted }, offences };
  }

  #reached(failure: Failure): readonly Offence[] {
    return [{ address: failure.address, failures: this.tally.windowOf(failure, this.settings.findtime) }];
  }

  /** Drops the oldest failures before their time. */
  dropOldest(): Effect[] {
    return this.#expireFailures(this.tally.oldest ?? Number.NEGATIVE_INFINITY);
  }

  /** Clears the counted failures of an address. */
  clearFailures(address: Address): Effect[] {
    return this.tally.clear(address) ? [{ kind: 'clear-failures', jail: this.name, address }] : [];
  }

  /** Clears the counted failures of all that lies in these prefixes or around them. Takes a look at every address. */
  clearFailuresWithin(prefixes: AddressSet): Effect[] {
    const touched = [...this.tally.addressesHeld()].filter((address) => prefixes.touching(address) !== undefined);
    return touched.flatMap((address) => this.clearFailures(address));
  }

  /** Drops everything. */
  clear(): Effect[] {
    const offenders = [...this.offenders].flatMap(({ address }) => this.deleteOffender(address));
    const failures = [...this.tally.addressesHeld()].flatMap((address) => this.clearFailures(address));
    return [...failures, ...offenders];
  }

  /** Deletes the memory of an address's earlier bans. */
  deleteOffender(address: Address): Effect[] {
    return this.offenders.delete(address) ? [{ kind: 'delete-offender', jail: this.name, address }] : [];
  }

  /** Remembers one more ban of an address. */
  remember(address: Address, bannedAt: number, bantime: number): Effect[] {
    const known = this.offenders.get(address);
    const count = (known?.count ?? 0) + 1;
    const sum = (known?.totalBantime ?? 0) + bantime;
    const totalBantime = sum > Number.MAX_SAFE_INTEGER ? FOREVER : sum;
    return this.#revise({ jail: this.name, address, count, bannedAt, bantime, totalBantime });
  }

  /** The latest ban of an address ends at `until` after all: a person has changed it. */
  endOffence(address: Address, until: number): Effect[] {
    const known = this.offenders.get(address);
    return known === undefined ? [] : this.#revise({ ...known, bantime: Math.max(0, until - known.bannedAt) });
  }

  /** The latest ban of an address moves with the clock. µs. */
  shiftOffender(address: Address, by: number): Effect[] {
    const known = this.offenders.get(address);
    return known === undefined ? [] : this.#revise({ ...known, bannedAt: known.bannedAt + by });
  }

  /** All who tried the account of this failure, when they are enough to be banned for it. */
  #accomplices(failure: Failure): readonly Offence[] | undefined {
    const { findtime, maxretryUser } = this.settings;
    if (maxretryUser === undefined) return undefined;
    const trying = this.tally.addressesTrying(failure, findtime);
    if (trying.length < maxretryUser) return undefined;
    return trying.map((address) => ({ address, failures: this.tally.failuresOf(address) }));
  }

  /**
   * The prefix itself, once it has as many bad addresses as one address may have failures: those that fail within
   * findtime, and those that are banned. Who may choose any address of a prefix would change it before each limit.
   */
  #together(failure: Failure, rest: Address): readonly Offence[] | undefined {
    const { findtime, maxretry } = this.settings;
    const failures = this.tally.failuresWithin(rest, failure, findtime);
    const bad = [...failures.map(({ address }) => address), ...this.#narrow.within(rest, failure.address)];
    if (new Set(bad.map(({ text }) => text)).size < Math.max(2, maxretry)) return undefined;
    return [{ address: rest, failures }];
  }

  #revise(offender: Offender): Effect[] {
    this.recallOffender(offender);
    return [{ kind: 'offender', offender }];
  }

  /** A late entry from the window that led to the latest ban, or from the time of that ban: it has been dealt with. */
  #isOfThePast({ address, at }: Failure): boolean {
    const offender = this.offenders.get(address);
    if (offender === undefined) return false;
    return at > offender.bannedAt - this.settings.findtime && at < offender.bannedAt + offender.bantime;
  }

  #expireFailures(before: number): Effect[] {
    return this.tally.expire(before) ? [{ kind: 'expire-failures', jail: this.name, before }] : [];
  }
}
