/**
 * The one place where failures become bans: failures and requests in, effects out, in the order they were decided.
 * Invariant: decisions rest only on what earlier effects stated and on what is handed in. Time comes with the entries:
 * before an entry of time t is considered, all that ended by t has ended. So a run that was killed and resumed from
 * its last commit decides what an undisturbed run decides.
 */
import { type Address, isWholeRange, overlaps } from '../address/address.js';
import { append } from '../append.js';
import { type Ban, type BanRange, FLEET_JAIL, MANUAL_JAIL, MAX_EVIDENCE, portionOf } from '../ban.js';
import type { Effect, SparedBy } from '../effect.js';
import type { Failure } from '../failure.js';
import type { Memory, MemoryPart } from '../memory.js';
import type { Offender } from '../offender.js';
import { type BanAnswer, type BanOrder, orderedBan, type Refusal } from '../order.js';
import { aggregateOf, foldedBan } from '../prefixes/aggregation.js';
import { widestWithin } from '../prefixes/client-prefix.js';
import { holdReported, type Report, type ReportAnswer } from '../report.js';
import type { JailSettings } from '../settings.js';
import { FOREVER } from '../time.js';
import { bantimeAfter, boundedBantime } from './bantime.js';
import { type CarriedBan, type CarriedOver, carryOver } from './carry-over.js';
import { DeciderState } from './decider-state.js';
import type { Jail, Offence } from './jail.js';
import { type Outlook, outlookOf } from './outlook.js';
import { isSameAct } from './same-act.js';
import { totalCount } from './window.js';

/**
 * The most failures kept in all jails together, some hundred bytes each. Beyond it the fullest jail drops its oldest ones:
 * memory stays bounded under any flood, at the price of a shorter window.
 */
const MAX_FAILURES = 1_000_000;

/** How much of what ends is decided and stored at a time: some tenths of a second, in which nothing else is decided. */
export const PORTION = 10_000;

export interface DeciderOptions {
  readonly jails: readonly JailSettings[];
  /** What earlier runs remember; more of it may follow by `remember`. */
  readonly snapshot?: Memory;
  /**
   * A number in [0, 1) for BanTimeRandom=. It is given the cursor of the entry that led to the ban: drawing from
   * the cursor makes a replay draw the same.
   */
  readonly random: (cursor: string) => number;
  /** Who spares the address in the jail; for a prefix, who spares anything in it. */
  readonly spared: (address: Address, jail: string) => SparedBy | undefined;
  /** Default: a million. */
  readonly maxFailures?: number;
}

/** Builds a decider that goes on where the snapshot ends. */
export function createDecider(options: DeciderOptions): Decider {
  return new Decider(options);
}

export class Decider {
  readonly #state: DeciderState;
  readonly #random: DeciderOptions['random'];
  readonly #spared: DeciderOptions['spared'];
  readonly #maxFailures: number;

  constructor({ jails, snapshot, random, spared, maxFailures = MAX_FAILURES }: DeciderOptions) {
    this.#state = new DeciderState(jails, Math.trunc(random('') * 2 ** 32));
    this.#random = random;
    this.#spared = spared;
    this.#maxFailures = maxFailures;
    if (snapshot !== undefined) this.remember(snapshot);
  }

  /** Takes in a part of what earlier runs remember; all of it before the first decision. */
  remember(part: MemoryPart): void {
    this.#state.remember(part);
  }

  /**
   * Takes in a part of what earlier runs remember, after decisions were made without it: what is remembered already
   * counts more. No effects; who stores must store everything.
   */
  adopt(part: MemoryPart): void {
    this.#state.adopt(part);
  }

  /** Considers one hit of a jail's filter. Failures of an address that is banned in the jail change nothing. */
  failure(failure: Failure): Effect[] {
    const jail = this.#state.jail(failure.jail);
    if (jail === undefined) return [];
    const effects = this.expire(failure.at);
    append(effects, this.#consider(jail, failure));
    return effects;
  }

  /** Considers a true login at `at`, µs since the epoch: with ResetOnSuccess= it forgets the address's failures. */
  gained(jailName: string, address: Address, at: number): Effect[] {
    const jail = this.#state.jail(jailName);
    if (jail === undefined || !jail.settings.resetOnSuccess) return [];
    return [...this.expire(at), ...jail.clearFailures(this.#countedAs(jail, address).address)];
  }

  /**
   * Ends what has ended by `at`, µs since the epoch: bans, failures beyond findtime, offenders beyond their memory.
   * With a limit, some `limit` effects; fewer only when nothing is left to end.
   */
  expire(at: number, limit = Number.POSITIVE_INFINITY): Effect[] {
    return this.#state.expire(at, limit);
  }

  /** When `expire` is due next: the end of the next ban. All else can wait for the next entry. µs since the epoch. */
  nextExpiry(): number | undefined {
    return this.#state.roster.nextEnd;
  }

  /** The clock was set forward by so much, or back when negative: bans last as long as they were meant to. µs. */
  clockWasSet(by: number): Effect[] {
    return this.#state.shiftBans(by);
  }

  /** Puts other limits in force. Bans keep their ends; what belongs to jails that are gone is dropped. */
  reconfigure(jails: readonly JailSettings[]): Effect[] {
    return this.#state.reconfigure(jails);
  }

  /** Bans what a person asked for, in the place of bans of the same jail and addresses: all of it, or nothing. */
  ban(order: BanOrder, now: number): BanAnswer {
    const refusals = order.addresses.flatMap((address) => {
      const by = this.#refusal(address, order, now);
      return by === undefined ? [] : [{ address, by }];
    });
    if (refusals.length > 0) return { kind: 'refused', refusals };
    const effects = order.addresses.flatMap((address) => this.#banManually(address, order, now));
    return {
      kind: 'banned',
      bans: effects.flatMap((effect) => (effect.kind === 'ban' ? [orderedBan(effect)] : [])),
      effects,
    };
  }

  /** Takes in bans of another program, each of them that may be: in force as long as they last there, or remembered. */
  carryOver(bans: readonly CarriedBan[], now: number): CarriedOver {
    const refusal = ({ address, jail }: CarriedBan) =>
      this.#refusal(address, { addresses: [], jail, bantime: FOREVER }, now);
    const countedAs = (jail: Jail, address: Address) => this.#countedAs(jail, address).address;
    return carryOver(this.#state, bans, { now, refusal, countedAs });
  }

  /** Bans what other hosts banned, each for itself. What is in force as it is reported stays as it is. */
  report(reports: readonly Report[], now: number): ReportAnswer {
    const spared = (address: Address) => this.#spared(address, FLEET_JAIL);
    return holdReported(this.#state, reports, { now, spared });
  }

  /**
   * Lifts every ban of what lies in `target` or around it, in one jail or in all; their addresses are new again, also
   * to the jails for repeat offenders.
   * Of a prefix that stands for its members, those outside `target` are banned again for the rest of their time.
   * Lifts no more than a portion of `limit` (`portionOf`). What `adopt` brings later of them is not taken in.
   */
  unban(
    target: Address,
    jailName: string | undefined,
    now: number,
    limit: number = Number.POSITIVE_INFINITY,
  ): Effect[] {
    this.#state.noteLifted(target, jailName);
    const bans = portionOf(this.#state.roster.overlapping(target, jailName), limit);
    const isFree = ({ address }: Ban) => overlaps(target, address);
    const concerned = (jail: Jail) => jailName === undefined || jail.name === jailName || jail.settings.recidive;
    return [
      ...bans.flatMap((ban) => this.#release(ban, isFree, now)),
      ...this.#state.clearHistory(freedBy(bans, isFree), concerned),
    ];
  }

  /** Lifts the bans of who is spared by now; to be called when that has changed. What a person banned stays banned. */
  releaseSpared(now: number): Effect[] {
    const isSpared = ({ jail, address }: Pick<Ban, 'jail' | 'address'>) => this.#spared(address, jail) !== undefined;
    const spared: Ban[] = [];
    for (const ban of this.bansToHold()) if (ban.origin !== 'manual' && isSpared(ban)) spared.push(ban);
    const bans = spared.flatMap(({ jail, address }) => this.#state.roster.get(jail, address) ?? []);
    return [
      ...bans.flatMap((ban) => this.#release(ban, isSpared, now)),
      ...this.#state.clearHistory(freedBy(bans, isSpared), ({ settings }) => settings.recidive),
    ];
  }

  /** How many bans are in force. */
  get banned(): number {
    return this.#state.roster.size;
  }

  /** All bans in force. Each is put together when it is asked for: take what is needed, keep none. */
  bans(): Iterable<Ban> {
    return this.#state.bans;
  }

  /** Bans in force in the order of `compareBans`; take as many as are needed. */
  bansInOrder(range: BanRange): Iterable<Ban> {
    return this.#state.roster.inOrder(range);
  }

  /** All bans in force as the firewall needs them: with no evidence. */
  bansToHold(): Iterable<Ban> {
    return this.#state.roster.withoutEvidence();
  }

  /** All counted failures. */
  failures(): Iterable<Failure> {
    return this.#state.failures;
  }

  /** All offenders. */
  offenders(): Iterable<Offender> {
    return this.#state.offenders;
  }

  /** The bans in force of an address, of prefixes around it, and of what lies in it; of one jail or of all. */
  bansOf(address: Address, jailName?: string): Iterable<Ban> {
    return this.#state.roster.overlapping(address, jailName);
  }

  /** The counted failures of an address in all jails; for a prefix, of what lies in it. Take as many as are needed. */
  *tallyOf(address: Address): Iterable<Failure> {
    for (const { tally } of this.#state.jails) yield* tally.overlapping(address);
  }

  /** What is remembered of the bans of an address, and of the prefix that a jail counts it by. */
  offendersOf(address: Address): readonly Offender[] {
    return this.#state.jails.flatMap((jail) => {
      const prefix = jail.prefixOf(address);
      const keys = prefix === address ? [address] : [address, prefix];
      return keys.map((key) => jail.offenders.get(key)).filter((offender) => offender !== undefined);
    });
  }

  /** How near an address is to a ban, for each jail that could ban it at `now`, µs since the epoch. */
  *outlooksOf(address: Address, now: number): Iterable<Outlook> {
    for (const jail of this.#state.jails) {
      const inAllJails = (key: Address) => this.#state.countBans(key);
      const spared = this.#spared(address, jail.name);
      const outlook = outlookOf(jail, address, { now, inAllJails, spared });
      if (outlook !== undefined) yield outlook;
    }
  }

  /** How many addresses fail and how many bans are in force in a jail. */
  figuresOf(jailName: string): { readonly failing: number; readonly banned: number } {
    const failing = this.#state.jail(jailName)?.tally.addresses ?? 0;
    return { failing, banned: this.#state.roster.sizeOf(jailName) };
  }

  #banManually(address: Address, { jail: name = MANUAL_JAIL, bantime, reason }: BanOrder, now: number): Effect[] {
    const jail = this.#state.jail(name);
    const until = now + this.#bantimeOf(name, bantime);
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
    const settled = jail === undefined ? [] : [...jail.clearFailures(address), ...jail.endOffence(address, until)];
    const replaced = this.#inForce(name, address, now);
    const held = this.#state.hold(ban);
    return [...settled, ...(replaced === undefined ? held : [{ kind: 'ban' as const, ban, replaced }])];
  }

  #consider(jail: Jail, failure: Failure): Effect[] {
    const by = this.#spared(failure.address, jail.name);
    if (by !== undefined) return [{ kind: 'spared', failure, by }];
    const { address, rest } = this.#countedAs(jail, failure.address);
    if (this.#state.roster.covering(jail.name, address) !== undefined) return [];
    const charged = address === failure.address ? failure : { ...failure, address };
    const counted = jail.count(charged, rest);
    if (counted === undefined) return [];
    const effects = [counted.effect];
    for (const offence of counted.offences) append(effects, this.#punish(jail, offence, charged));
    append(effects, this.#state.makeRoom(this.#maxFailures));
    return effects;
  }

  /**
   * The prefix that the jail bans, unless that would hit somebody who is spared: then the address alone, and what is
   * left of the prefix around it when many fail there.
   */
  #countedAs(jail: Jail, address: Address): { readonly address: Address; readonly rest?: Address } {
    const prefix = jail.prefixOf(address);
    const isFree = (candidate: Address) => this.#spared(candidate, jail.name) === undefined;
    if (prefix === address || isFree(prefix)) return { address: prefix };
    return { address, rest: widestWithin(prefix, address, isFree) };
  }

  /** Bans an offender from the moment of its last failure, or of the failure that convicted it. */
  #punish(jail: Jail, { address, failures }: Offence, last: Failure): Effect[] {
    const by = this.#spared(address, jail.name);
    const cleared = [...new Set(failures.map((failure) => failure.address))].flatMap((one) => jail.clearFailures(one));
    if (by !== undefined) return [...cleared, { kind: 'spared', failure: failures.at(-1) ?? last, by }];
    // The ban of one who tried the same account may have become one of the prefix around both.
    if (this.#state.roster.covering(jail.name, address) !== undefined) return cleared;
    const { bantime: base, increment, disposition, ports, recidive, name } = jail.settings;
    const earlier = increment?.allJails ? this.#state.countBans(address) : jail.offenders.countOf(address);
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
    return [
      ...cleared,
      ...jail.remember(address, since, bantime),
      ...this.#enforce(jail, ban),
      ...(recidive ? [] : this.#report(ban, last.cursor, failures[0]?.at ?? last.at)),
    ];
  }

  /** Holds the ban, or one of the prefix around it when AggregateAfter= is reached: as wide as spares nobody. */
  #enforce(jail: Jail, ban: Ban): Effect[] {
    const { aggregateAfter = Number.POSITIVE_INFINITY } = jail.settings;
    const widest = aggregateOf(ban.address);
    const isEnough = (range: Address) => jail.foldable(range, ban.address).length + 1 >= aggregateAfter;
    if (widest === ban.address || !isEnough(widest)) return this.#state.hold(ban);
    const isFree = (candidate: Address) => this.#spared(candidate, jail.name) === undefined;
    const prefix = isFree(widest) ? widest : widestWithin(widest, ban.address, isFree);
    if (prefix === ban.address || !isEnough(prefix)) return this.#state.hold(ban);
    const neighbours = jail.foldable(prefix, ban.address);
    const folded = neighbours.flatMap((address) => this.#state.roster.get(jail.name, address) ?? []);
    return [
      ...this.#state.hold(foldedBan(prefix, ban, folded)),
      ...folded.flatMap((neighbour) => this.#state.lift(neighbour, 'folded')),
    ];
  }

  /** A ban is a failure in the jails for repeat offenders, unless another jail has answered the same act. */
  #report(ban: Ban, cursor: string, begunAt: number): Effect[] {
    const { address, since: at } = ban;
    for (const other of this.#state.roster.around(address)) if (isSameAct(ban, begunAt, other)) return [];
    const evidence = [...ban.evidence.filter((earlier) => earlier !== cursor), cursor];
    return this.#state.jails
      .filter(({ settings }) => settings.recidive)
      .flatMap((jail) => this.#consider(jail, { jail: jail.name, address, at, cursor, evidence, count: 1 }));
  }

  #release(ban: Ban, isFree: (ban: Ban) => boolean, now: number): Effect[] {
    const jail = this.#state.jail(ban.jail);
    const members = ban.members ?? [];
    const freed = [ban, ...members].filter(isFree);
    const isBanned = (address: Address) => this.#state.roster.get(ban.jail, address) !== undefined;
    const restored = members.filter((member) => !isFree(member) && member.until > now && !isBanned(member.address));
    return [
      ...this.#state.lift(ban, 'manual'),
      ...freed.flatMap(({ address }) => jail?.deleteOffender(address) ?? []),
      ...restored.flatMap((member) => this.#state.hold(member)),
    ];
  }

  #refusal(address: Address, order: BanOrder, now: number): Refusal | undefined {
    const { jail = MANUAL_JAIL, force = false } = order;
    if (isWholeRange(address)) return 'everybody';
    if (jail !== MANUAL_JAIL && this.#state.jail(jail) === undefined) return 'unknown-jail';
    const by = this.#spared(address, jail);
    if (force) return by === 'own-address' ? by : undefined;
    return by ?? (this.#endsPermanent(address, order, now) ? 'permanent' : undefined);
  }

  /** A person's ban for ever ends by a person's word for it alone, not by an order that meant another. */
  #endsPermanent(address: Address, { jail = MANUAL_JAIL, bantime }: BanOrder, now: number): boolean {
    const known = this.#inForce(jail, address, now);
    if (known?.origin !== 'manual' || known.until !== FOREVER) return false;
    return this.#bantimeOf(jail, bantime) !== FOREVER;
  }

  #bantimeOf(jail: string, asked: number | undefined): number {
    return boundedBantime(asked ?? this.#state.jail(jail)?.settings.bantime ?? FOREVER);
  }

  #inForce(jail: string, address: Address, now: number): Ban | undefined {
    const ban = this.#state.roster.get(jail, address);
    return ban !== undefined && ban.until > now ? ban : undefined;
  }
}

/** Whom it sets free when bans are lifted: of a prefix that stands for its members, these. */
function freedBy(bans: readonly Ban[], isFree: (ban: Ban) => boolean): readonly Address[] {
  return bans.flatMap((ban) => (ban.members?.filter(isFree) ?? [ban]).map(({ address }) => address));
}
