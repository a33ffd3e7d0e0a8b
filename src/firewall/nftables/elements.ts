/**
 * What the kernel's table holds, as far as we know, and what of it has to change to be what the claims want.
 * Invariant: a change is decided when its transaction is put together, so opposite wishes before that cancel out; and
 * no transaction takes an element away that is wanted.
 */
import type { Reconciliation } from '../../ports/firewall.js';
import { type Claim, type Claims, claimFor, type Purpose } from '../claims.js';
import { KernelElements } from './kernel-elements.js';
import type { ListedElement, Listing } from './listing.js';
import { addressOf, type GroupName, type SetName, SetNames } from './set-name.js';
import { expectedShape } from './table.js';
import { deadlineAfter, deadlineOf, isSameDeadline } from './time-out.js';
import { type Change, newTable, type Transaction, transaction } from './transaction.js';

/** The most changes in a transaction, which takes some 50 ms then; a new ban waits for no more than one. */
const MOST_CHANGES = 5_000;

/** A claim that may have to change. */
interface Due {
  readonly claim: Claim;
  /** µs since the epoch. */
  readonly since: number;
  /** A new ban. */
  readonly isNew: boolean;
}

export class Elements {
  readonly #claims: Claims;
  #held = new KernelElements();
  /** Chains, rules and sets are as they have to be. */
  #isSound = false;
  /** There are sets that nothing wants, all of them made here. */
  #isOutdated = false;
  /** By key of the claim, which is in one of the two at most. */
  readonly #urgent = new Map<string, Due>();
  readonly #routine = new Map<string, Due>();
  /** What the transaction under way does. A claim may be due again meanwhile. */
  #underway: ReadonlyMap<string, Due & Pick<Change, 'kind'>> = new Map();
  readonly #names = new SetNames();

  constructor(claims: Claims) {
    this.#claims = claims;
  }

  get isSound(): boolean {
    return this.#isSound;
  }

  /** What makes it unsound was wanted when it was made: the last ban of a list of ports may be lifted meanwhile. */
  get isOutdated(): boolean {
    return this.#isOutdated;
  }

  get hasUrgent(): boolean {
    return this.#urgent.size > 0;
  }

  isHeld(claim: Claim): boolean {
    return this.#isSound && this.#underway.get(claim.key)?.kind !== 'remove' && this.#deadline(claim) !== undefined;
  }

  /** Nothing is to be done for it. */
  isSettled({ key }: Claim): boolean {
    if (this.#urgent.size + this.#routine.size + this.#underway.size === 0) return true;
    return !this.#urgent.has(key) && !this.#routine.has(key) && !this.#underway.has(key);
  }

  /** Changes not yet made, and the time of the oldest (µs; Infinity for none). */
  pending(): { readonly count: number; readonly since: number } {
    let since = Number.POSITIVE_INFINITY;
    const queues = [this.#urgent, this.#routine, this.#underway];
    for (const queue of queues) for (const due of queue.values()) since = Math.min(since, due.since);
    return { count: queues.reduce((sum, { size }) => sum + size, 0), since };
  }

  /** What is wanted of this claim may have changed. `isNew`: before everything that is only put back. */
  mark(claim: Claim, isNew: boolean, now: number): void {
    const { key } = claim;
    const before = this.#urgent.get(key) ?? this.#routine.get(key);
    this.#urgent.delete(key);
    this.#routine.delete(key);
    if (!this.#underway.has(key) && this.#change(claim, now) === undefined) return;
    const due = { claim, since: before?.since ?? now, isNew: isNew || before?.isNew === true };
    this.#queue(due.isNew).set(key, due);
  }

  /** The next transaction; undefined when the kernel holds what is wanted, as far as is known. */
  next(now: number): Transaction | undefined {
    if (!this.#isSound) return newTable(this.#kept(now), now);
    const changes: Change[] = [];
    const underway = new Map<string, Due & Pick<Change, 'kind'>>();
    for (const queue of [this.#urgent, this.#routine]) {
      for (const [key, due] of queue) {
        if (changes.length >= MOST_CHANGES) break;
        queue.delete(key);
        const change = this.#change(due.claim, now);
        if (change === undefined) continue;
        changes.push(change);
        underway.set(key, { ...due, kind: change.kind });
      }
    }
    this.#underway = underway;
    return changes.length === 0 ? undefined : transaction(changes, this.#held.sets(), now);
  }

  /** The kernel took the transaction. */
  done({ changes, isNewTable }: Transaction): void {
    if (isNewTable) {
      this.#held = new KernelElements();
      this.#isSound = true;
    }
    for (const { kind, claim, set, deadline } of changes) {
      if (kind === 'remove') this.#held.remove(set, claim.address);
      else this.#held.put(set, claim.address, deadline);
    }
    this.#underway = new Map();
  }

  /** It did not: all of it is still to be done. */
  failed(): void {
    for (const [key, { claim, since, isNew }] of this.#underway) {
      if (!this.#urgent.has(key) && !this.#routine.has(key)) this.#queue(isNew).set(key, { claim, since, isNew });
    }
    this.#underway = new Map();
  }

  /** True when this is less than the kernel is known to hold: another look may find the rest. */
  isDoubtful(listing: Listing): boolean {
    return this.#held.hasMoreThan(listing);
  }

  /** The kernel was seen to hold exactly this. Answers with what is out of order that nobody asked for. */
  become(listing: Listing, now: number): Reconciliation {
    const { sets } = listing;
    const purposes = this.#purposes();
    const isBroken = this.#judge(listing, purposes);
    this.#held = new KernelElements(sets.map(({ name }) => name));
    let removed = 0;
    for (const { name, elements } of sets) {
      const purpose = purposes.get(name.group);
      removed += purpose === undefined ? elements.length : this.#see(purpose, name, elements, now);
    }
    let added = 0;
    const doubtful: Claim[] = [];
    for (const claim of this.#claims.all()) {
      if (!this.isSettled(claim)) continue;
      if (isBroken || this.#deadline(claim) === undefined) added += 1;
      if (this.#change(claim, now) !== undefined) doubtful.push(claim);
    }
    for (const claim of doubtful) this.#routine.set(claim.key, { claim, since: now, isNew: false });
    return { added, removed };
  }

  /** Whether the table is sound; answers with true when it was until now, and bans may be without effect. */
  #judge({ shape, sets }: Listing, purposes: ReadonlyMap<GroupName, Purpose>): boolean {
    const wasSound = this.#isSound;
    const names = sets.map(({ name }) => name);
    const unwanted = names.filter(({ group }) => !purposes.has(group));
    const made = new Set(this.#held.sets().map(({ text }) => text));
    const isKnown = unwanted.length === 0;
    this.#isOutdated = !isKnown && unwanted.every(({ text }) => made.has(text));
    const groups = new Map([...purposes].filter(([group]) => names.some((name) => name.group === group)));
    this.#isSound = isKnown && shape === expectedShape(groups, names);
    return wasSound && isKnown && !this.#isSound;
  }

  /** Takes note of the elements of a set; answers with how many of them nothing wants and nobody knew of. */
  #see(purpose: Purpose, set: SetName, elements: readonly ListedElement[], now: number): number {
    const foreign: Claim[] = [];
    let strange = 0;
    for (const { element, seconds } of elements) {
      const address = addressOf(set, element);
      if (address === undefined) {
        strange += 1;
        continue;
      }
      this.#held.put(set, address, deadlineAfter(seconds, now));
      const claim = claimFor(purpose, address);
      if (!this.#claims.wants(claim) && this.isSettled(claim)) foreign.push(claim);
    }
    for (const claim of foreign) this.#routine.set(claim.key, { claim, since: now, isNew: false });
    // Only a new table gets rid of them.
    if (strange > 0) this.#isSound = false;
    return foreign.length + strange;
  }

  #queue(isNew: boolean): Map<string, Due> {
    return isNew ? this.#urgent : this.#routine;
  }

  /** When the element of a claim ends by itself, µs since the epoch; undefined when the kernel does not hold it. */
  #deadline({ purpose, address }: Claim): number | undefined {
    return this.#held.deadline(this.#names.of(purpose, address), address);
  }

  /** What has to be done for a claim; undefined for nothing. */
  #change(claim: Claim, now: number): Change | undefined {
    const set = this.#names.of(claim.purpose, claim.address);
    const until = this.#claims.until(claim);
    const held = this.#held.deadline(set, claim.address);
    if (until === undefined) return held === undefined ? undefined : { kind: 'remove', claim, set, deadline: held };
    const deadline = deadlineOf(until, now);
    if (held === undefined) return { kind: 'add', claim, set, deadline };
    return isSameDeadline(held, deadline) ? undefined : { kind: 'renew', claim, set, deadline };
  }

  /** What a new table has to begin with, so that nothing is missing for a moment: all that is held and wanted. */
  #kept(now: number): readonly Change[] {
    const kept: Change[] = [];
    for (const claim of this.#claims.all()) {
      const until = this.#claims.until(claim);
      if (until === undefined || this.#deadline(claim) === undefined) continue;
      const set = this.#names.of(claim.purpose, claim.address);
      kept.push({ kind: 'add', claim, set, deadline: deadlineOf(until, now) });
    }
    return kept;
  }

  /** What the groups that may have sets are for. */
  #purposes(): ReadonlyMap<GroupName, Purpose> {
    const purposes = new Map<GroupName, Purpose>([
      ['drop', { kind: 'drop' }],
      ['reject', { kind: 'reject' }],
    ]);
    for (const purpose of this.#claims.purposes) purposes.set(this.#names.group(purpose), purpose);
    return purposes;
  }
}
