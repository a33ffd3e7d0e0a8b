/**
 * What of the fleet's stream counts on this host: messages in, changes out, in the order of the stream.
 * Invariant: decisions rest only on what earlier changes stated and on what is handed in, so a run that was killed and
 * resumed from its last commit decides what an undisturbed run decides. Whatever hosts publish, memory stays bounded.
 */
import type { FleetLimits } from '../../config/fleet.js';
import { type Address, overlaps } from '../../core/address/address.js';
import { isOfOneLink } from '../../core/address/one-link.js';
import { COUNTED_JAIL } from '../../core/ban.js';
import { FOREVER, MICROS_PER_SECOND } from '../../core/time.js';
import { type Delivered, type Message, parseMessage } from '../messages/message.js';
import { parseSubject } from '../messages/subject.js';
import { Allowances } from './allowances.js';
import type { Allowance, Change, FleetMemory, Member, Refusal, Release, Reporter } from './change.js';
import { type Claim, claimOf, countedEnd, isNarrowEnough, sentAtOf, timesOf } from './claim.js';
import { Claims } from './claims.js';
import { type Decided, nothing } from './decided.js';
import { Lifts } from './lifts.js';
import { Members, memberOf } from './members.js';
import { Orders } from './orders.js';
import { putAnew } from './put-anew.js';
import { Reporters } from './reporters.js';
import { type Verdict, verdictOn } from './verdict.js';

const MINUTE = 60 * MICROS_PER_SECOND;

/** Who was not heard of for so long is no member, µs: the servers forget what was told then, too. */
const MEMORY = 7 * 24 * 60 * MINUTE;

/** What is not claimed is bounded, too: more than any fleet has. */
const MOST_MEMBERS = 20_000;
const MOST_ORDERS = 10_000;
const MOST_ALLOWANCES = 10_000;

export class FleetDecider {
  readonly #host: string;
  readonly #limits: FleetLimits;
  readonly #claims: Claims;
  readonly #reporters = new Reporters();
  readonly #members = new Members();
  readonly #orders = new Orders();
  readonly #allowances = new Allowances();
  readonly #lifts = new Lifts();
  readonly #countedMemory: number;
  /** The latest time that the stream's clock is known to have had. */
  #heardAt = 0;
  #isPaused = false;
  #expiredAt = 0;

  /**
   * `seed`: any 32-bit number, see AddressTable. `countedMemory`: so long after its end a ban that was counted together is
   * known, µs.
   */
  constructor(host: string, limits: FleetLimits, seed: number, countedMemory = 0) {
    this.#claims = new Claims(seed);
    this.#countedMemory = countedMemory;
    this.#host = host;
    this.#limits = limits;
  }

  remember(memory: FleetMemory): void {
    for (const claim of memory.claims) {
      this.#claims.put(claim);
      this.#heardAt = Math.max(this.#heardAt, claim.heardAt);
    }
    for (const reporter of memory.reporters) this.#reporters.put(reporter);
    for (const member of memory.members) this.#members.put(member);
    for (const order of memory.orders) this.#orders.put(order);
    for (const allowance of memory.allowances) this.#allowances.put(allowance);
    for (const lifted of memory.lifted) this.#lifts.put(lifted);
    for (const release of memory.releases) this.#orders.release(release);
    this.#isPaused = memory.isPaused;
    for (const { seenAt } of this.#members) this.#heardAt = Math.max(this.#heardAt, seenAt);
  }

  /** Takes in the next message of the stream. */
  receive(delivered: Delivered): Decided {
    this.#heardAt = Math.max(this.#heardAt, delivered.receivedAt);
    const message = parseMessage(delivered);
    if (message === undefined) return this.#notUnderstood(delivered);
    switch (message.kind) {
      case 'ban':
        // What this host banned alone its agent knows; whom it counted together it bans as others do.
        return message.host === this.#host && message.jail !== COUNTED_JAIL
          ? nothing
          : this.#receiveBan(message, delivered);
      case 'order':
        return this.#receiveOrder(message, delivered);
      case 'allowance':
        return this.#receiveAllowance(message, delivered);
      case 'member':
        return this.#receiveMember(message, delivered);
      case 'withdrawal':
        return this.#withdraw(message.host, sentAtOf(message.content.at, delivered.receivedAt));
    }
  }

  /** The stream is another one: what is known stays, and places in the old stream come before all in the new one. */
  beginAnew(): readonly Change[] {
    this.#claims.beginAnew();
    const lifted = putAnew(this.#lifts, (one) => ({ ...one, sequence: 0 }));
    const orders = putAnew(this.#orders, (order) => ({ ...order, sequence: 0 }));
    const allowances = putAnew(this.#allowances, (allowance) => ({ ...allowance, sequence: 0, toldAt: 0 }));
    return [
      { kind: 'claims-anew' },
      ...lifted.map((one) => ({ kind: 'lifted' as const, lifted: one })),
      ...orders.map((order) => ({ kind: 'order' as const, order })),
      ...allowances.map((allowance) => ({ kind: 'allowance' as const, allowance })),
    ];
  }

  /** Forgets what has ended by `at`, µs since the epoch, and who was not heard of: the agent ends bans by itself. */
  expire(at: number, countedMemory = this.#countedMemory): readonly Change[] {
    this.#expiredAt = at;
    const ended = this.#claims.endedBy(at, at - countedMemory);
    for (const claim of ended) this.#claims.remove(claim);
    const over = [...this.#orders].filter(({ until }) => until <= at);
    for (const { address } of over) this.#orders.remove(address);
    const moot = [...this.#lifts].filter(
      // A claim whose place an order took comes back when it is told anew.
      ({ address, before }) =>
        before + MEMORY <= at && !this.#claims.has(address) && this.#orders.get(address) === undefined,
    );
    for (const { address } of moot) this.#lifts.remove(address);
    const gone = [...this.#members].filter(({ seenAt }) => seenAt + MEMORY <= at);
    for (const { host } of gone) this.#members.remove(host);
    return [
      ...ended.map((claim) => ({ kind: 'drop-claim' as const, claim })),
      ...over.map(({ address }) => ({ kind: 'drop-order' as const, address })),
      ...moot.map(({ address }) => ({ kind: 'drop-lifted' as const, address })),
      ...gone.map(({ host }) => ({ kind: 'drop-member' as const, host })),
    ];
  }

  /** Spares nobody any longer whose allowance has ended by `at`, µs since the epoch. */
  expireAllowances(at: number): Decided {
    const ended = [...this.#allowances].filter(({ until }) => until <= at).map(({ address }) => address);
    for (const address of ended) this.#allowances.remove(address);
    return {
      changes: ended.map((address) => ({ kind: 'drop-allowance', address })),
      touched: ended.flatMap((address) => this.#around(address)),
    };
  }

  /** A person of this host let an address in: what is claimed of it, or ordered, so far does not count here. */
  liftHere(address: Address, sequence: number): Decided {
    const touched = this.#around(address);
    const lifted = touched.map((claimed) => ({ address: claimed, sequence, before: this.#heardAt }));
    for (const one of lifted) this.#lifts.put(one);
    return { changes: lifted.map((one) => ({ kind: 'lifted', lifted: one })), touched };
  }

  /** While it is paused nobody is banned here for the sake of the fleet. */
  pause(isPaused: boolean): Decided {
    this.#isPaused = isPaused;
    return { changes: [{ kind: 'paused', isPaused }], touched: [...this.addresses()] };
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  get members(): readonly Member[] {
    return [...this.#members];
  }

  get memberCount(): number {
    return this.#members.size;
  }

  get reporters(): readonly Reporter[] {
    return [...this.#reporters];
  }

  get allowances(): readonly Allowance[] {
    return [...this.#allowances];
  }

  /** An allowance in force at `now`, µs since the epoch, that spares the address or a part of it. */
  allowanceOf(address: Address, now: number): Allowance | undefined {
    return this.#allowances.overlapping(address, now);
  }

  /** What an administrator let in and this host has to lift yet. */
  get releases(): readonly Release[] {
    return this.#orders.releases;
  }

  /** Releases are carried out. */
  released(address: Address): readonly Change[] {
    this.#orders.released(address);
    return [{ kind: 'drop-release', address }];
  }

  claimsOf(host: string): number {
    return this.#claims.sizeOf(host);
  }

  /** What is claimed of exactly this address or prefix. */
  claimsOn(address: Address): readonly Claim[] {
    return this.#claims.of(address);
  }

  /** What is claimed of an address, of prefixes around it, and of what lies in it. */
  claimsAbout(address: Address): readonly Claim[] {
    return this.#claims.overlapping(address).flatMap((claimed) => this.#claims.of(claimed));
  }

  /** Until when members that count together told that an address is banned, at most `longest` µs from when it began. */
  countedUntil(address: Address, longest: number): number {
    return this.#claims.has(address) ? countedEnd(this.#claims.of(address), this.#host, longest, this.#limits) : 0;
  }

  get size(): number {
    return this.#claims.size;
  }

  /** Every address that is claimed or ordered to be banned, once. */
  *addresses(): Iterable<Address> {
    yield* this.#claims.addresses();
    for (const { address } of this.#orders) if (!this.#claims.has(address)) yield address;
  }

  /** What of these overlaps the address. */
  #around(address: Address): readonly Address[] {
    const ordered = [...this.#orders].map((order) => order.address);
    return [
      ...this.#claims.overlapping(address),
      ...ordered.filter((other) => overlaps(other, address) && !this.#claims.has(other)),
    ];
  }

  /** Whose claims came to stand for MinAge= after `from` and by `to`, and when the next do; µs since the epoch. */
  ripe(from: number, to: number): { readonly addresses: readonly Address[]; readonly next: number } {
    const { minAge } = this.#limits;
    const { addresses, next } = this.#claims.heardBetween(from - minAge, to - minAge);
    return { addresses, next: next + minAge };
  }

  /** What is to be done about an address at `now`, µs since the epoch. */
  verdict(address: Address, now: number): Verdict {
    if (this.#isPaused) return { kind: 'none', why: 'paused' };
    const order = this.#orders.get(address);
    const orders = order !== undefined && order.until > now ? [order] : [];
    const claims = this.#claims.of(address).filter(({ until }) => until > now);
    if (orders.length + claims.length === 0) return { kind: 'none', why: 'nobody' };
    const allowance = this.allowanceOf(address, now);
    if (allowance !== undefined) return { kind: 'none', why: 'allowed', allowance };
    // Also for an administrator: who is in the fleet would not hear of the end of its own ban.
    const member = this.#members.in(address);
    if (member !== undefined) return { kind: 'none', why: 'member', host: member };
    const [counts] = orders.filter((one) => !this.#lifts.hasOrder(one));
    if (counts !== undefined) {
      const { until, reason: why } = counts;
      const reason = why === undefined ? 'an administrator of the fleet' : `an administrator: ${why}`;
      return { kind: 'ban', report: { address, until, reason } };
    }
    const standing = claims.filter((claim) => !this.#lifts.hasClaim(claim));
    if (standing.length === 0) return { kind: 'none', why: 'lifted-here' };
    return verdictOn(address, standing, now, this.#limits);
  }

  /** The server's answers to who publishes are written wherever that host wants them: also over words of others. */
  #notUnderstood({ subject: text, sequence }: Delivered): Decided {
    return { ...nothing, changes: this.#overwritten(text, sequence), refusal: { why: 'malformed' } };
  }

  #overwritten(text: string, sequence: number): readonly Change[] {
    const subject = parseSubject(text);
    if (subject?.kind === 'ban' && subject.host === this.#host) return [{ kind: 'overwritten', subject: text }];
    const known = subject?.kind === 'allowance' ? this.#allowances.get(subject.address) : undefined;
    if (known === undefined) return [];
    const allowance = { ...known, sequence, toldAt: 0 };
    this.#allowances.put(allowance);
    return [{ kind: 'allowance', allowance }];
  }

  #receiveBan({ host, jail, address, content }: Message & { kind: 'ban' }, delivered: Delivered): Decided {
    const known = this.#claims.get({ host, jail, address });
    if (content.kind === 'unban') {
      if (known === undefined) return nothing;
      this.#claims.remove(known);
      return { changes: [{ kind: 'drop-claim', claim: known }], touched: [address] };
    }
    const { receivedAt } = delivered;
    const claim = claimOf({ host, jail, address, content }, delivered, known, this.#limits);
    // What is over, and what somebody else had the servers store again, is no news, and not counted against the host.
    if (claim.until <= receivedAt || known?.saidAt === content.at) return nothing;
    const reporter = this.#reporters.counted(host, receivedAt);
    const ended = this.#makeRoom(host, receivedAt);
    const why = this.#refusal(host, address, reporter, known !== undefined);
    if (why !== undefined) return this.#refused(reporter, why, ended);
    this.#reporters.put(reporter);
    this.#claims.put(claim);
    return {
      changes: [...ended, { kind: 'reporter', reporter }, { kind: 'claim', claim }],
      touched: [address],
    };
  }

  /** Where a limit is reached, what has ended by now is in the way; looked at once a minute of the stream's clock. */
  #makeRoom(host: string, at: number): readonly Change[] {
    const { maxBansPerHost, maxBans } = this.#limits;
    const isFull = this.#claims.sizeOf(host) >= maxBansPerHost || this.#claims.size >= maxBans;
    return isFull && at - this.#expiredAt >= MINUTE ? this.expire(at, 0) : [];
  }

  #refusal(host: string, address: Address, { published }: Reporter, isKnown: boolean): Refusal | undefined {
    const { maxBansPerMinute, maxBansPerHost, maxBans } = this.#limits;
    if (!isNarrowEnough(address, this.#limits)) return 'prefix';
    if (isOfOneLink(address)) return 'one-link';
    if (published > maxBansPerMinute) return 'rate';
    if (isKnown) return undefined;
    if (this.#claims.sizeOf(host) >= maxBansPerHost) return 'too-many-of-host';
    return this.#claims.size >= maxBans ? 'too-many' : undefined;
  }

  #refused(counted: Reporter, why: Refusal, ended: readonly Change[]): Decided {
    const reporter = this.#reporters.refused(counted, why);
    return {
      changes: [...ended, { kind: 'reporter', reporter }],
      touched: [],
      refusal: { why, host: reporter.host },
    };
  }

  /** An administrator's word takes the place of all that hosts said of the address before. */
  #receiveOrder({ address, content }: Message & { kind: 'order' }, delivered: Delivered): Decided {
    if (!this.#orders.has(address) && this.#orders.size >= MOST_ORDERS)
      return { ...nothing, refusal: { why: 'too-many' } };
    if (this.#orders.get(address)?.saidAt === content.at) return nothing;
    const sentAt = sentAtOf(content.at, delivered.receivedAt);
    const dropped = this.claimsAbout(address).filter(({ heardAt }) => heardAt <= sentAt);
    for (const claim of dropped) this.#claims.remove(claim);
    const ordered = this.#orders.receive(address, content, delivered);
    return {
      changes: [...dropped.map((claim) => ({ kind: 'drop-claim' as const, claim })), ...ordered],
      touched: [address, ...dropped.map((claim) => claim.address)],
    };
  }

  #receiveAllowance({ address, content }: Message & { kind: 'allowance' }, delivered: Delivered): Decided {
    const { receivedAt: toldAt, sequence } = delivered;
    if (content.kind === 'disallow') return this.#disallow(address);
    const known = this.#allowances.get(address);
    if (known === undefined && this.#allowances.size >= MOST_ALLOWANCES)
      return { ...nothing, refusal: { why: 'too-many' } };
    const { at, until: saidUntil, by, reason } = content;
    const { until } = timesOf({ at, since: at, until: saidUntil }, toldAt, FOREVER);
    if (until <= toldAt) return this.#disallow(address);
    const why = reason === undefined ? {} : { reason };
    const allowance = { address, until, saidUntil, by, sequence, toldAt, ...why };
    this.#allowances.put(allowance);
    // Told anew, as all are now and then, it spares whom it spared.
    const touched = (known?.until ?? 0) > toldAt ? [] : this.#around(address);
    return { changes: [{ kind: 'allowance', allowance }], touched };
  }

  #disallow(address: Address): Decided {
    if (!this.#allowances.remove(address)) return nothing;
    return { changes: [{ kind: 'drop-allowance', address }], touched: this.#around(address) };
  }

  #receiveMember({ host, content }: Message & { kind: 'member' }, delivered: Delivered): Decided {
    const known = this.#members.get(host);
    if (known === undefined && this.#members.size >= MOST_MEMBERS) {
      return { ...nothing, refusal: { why: 'too-many', host } };
    }
    const member = memberOf(host, content, delivered);
    this.#members.put(member);
    const own = [member.addresses, known?.addresses ?? []];
    const [after, before] = own.map((all) => new Set(all.map(({ text }) => text)));
    const others = own.flat().filter(({ text }) => after?.has(text) !== before?.has(text));
    const touched = others.flatMap((address) => this.#covering(address));
    return { changes: [{ kind: 'member', member }], touched };
  }

  /** What is claimed or ordered of a single address and of prefixes around it. */
  #covering(address: Address): readonly Address[] {
    return [...this.#claims.covering(address), ...this.#orders.covering(address)];
  }

  #withdraw(host: string, before: number): Decided {
    const claims = this.#claims.ofHost(host).filter(({ heardAt }) => heardAt <= before);
    for (const claim of claims) this.#claims.remove(claim);
    const changes: Change[] = claims.map((claim) => ({ kind: 'drop-claim', claim }));
    const touched = claims.map(({ address }) => address);
    const member = this.#members.get(host);
    if (member !== undefined && member.seenAt <= before) {
      this.#members.remove(host);
      changes.push({ kind: 'drop-member', host });
      touched.push(...member.addresses.flatMap((address) => this.#covering(address)));
    }
    if (host === this.#host) changes.push({ kind: 'withdrawn-here', before });
    return { changes, touched };
  }
}
