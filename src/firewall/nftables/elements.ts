/**
 * What the kernel's table holds, as far as we know, and what of it has to change to be what the ledger wants.
 * Invariant: a change is decided when its transaction is put together, so opposite wishes before that cancel out; and
 * no transaction takes an element away that is wanted.
 */
import type { Reconciliation } from '../../ports.js';
import { type Claim, claimFor, type Ledger, type Purpose, purposeText } from '../ledger.js';
import type { Listing } from './listing.js';
import { addressOf, type GroupName, groupName, type SetName, setName } from './set-name.js';
import { expectedShape } from './table.js';
import { deadlineAfter, deadlineOf, isSameDeadline } from './time-out.js';
import { type Change, newTable, type Transaction, transaction } from './transaction.js';

/** A transaction of so many changes takes some 50 ms; a new ban waits for no more than one. */
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
  readonly #ledger: Ledger;
  /** When each element that the kernel holds ends by itself, µs since the epoch; by the claim's key. */
  #held = new Map<string, number>();
  #sets = new Map<string, SetName>();
  /** Chains, rules and sets are as they have to be. */
  #isSound = false;
  readonly #urgent = new Map<string, Due>();
  readonly #routine = new Map<string, Due>();
  #underway: ReadonlyMap<string, Due> = new Map();
  readonly #groups = new Map<string, GroupName>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get isSound(): boolean {
    return this.#isSound;
  }

  get hasUrgent(): boolean {
    return this.#urgent.size > 0;
  }

  isHeld({ key }: Claim): boolean {
    return this.#isSound && this.#held.has(key);
  }

  /** Nothing is to be done for it. */
  isSettled({ key }: Claim): boolean {
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
    const underway = new Map<string, Due>();
    for (const queue of [this.#urgent, this.#routine]) {
      for (const [key, due] of queue) {
        if (changes.length >= MOST_CHANGES) break;
        queue.delete(key);
        const change = this.#change(due.claim, now);
        if (change === undefined) continue;
        changes.push(change);
        underway.set(key, due);
      }
    }
    this.#underway = underway;
    return changes.length === 0 ? undefined : transaction(changes, this.#sets.values(), now);
  }

  /** The kernel took the transaction. */
  done({ changes, isNewTable }: Transaction): void {
    if (isNewTable) {
      this.#held = new Map();
      this.#sets = new Map();
      this.#isSound = true;
    }
    for (const { kind, claim, set, deadline } of changes) {
      this.#sets.set(set.text, set);
      if (kind === 'remove') this.#held.delete(claim.key);
      else this.#held.set(claim.key, deadline);
    }
    this.#underway = new Map();
  }

  /** It did not: all of it is still to be done. */
  failed(): void {
    for (const [key, due] of this.#underway) {
      const queue = this.#queue(due.isNew);
      if (!queue.has(key)) queue.set(key, due);
    }
    this.#underway = new Map();
  }

  /** The kernel was seen to hold exactly this. Answers with what is out of order without anybody having asked for it. */
  become(listing: Listing, now: number): Reconciliation {
    const { sets } = listing;
    const purposes = this.#purposes();
    const isBroken = this.#judge(listing, purposes);
    this.#held = new Map();
    let removed = 0;
    for (const { name, elements } of sets) {
      const purpose = purposes.get(name.group);
      if (purpose === undefined) removed += elements.length;
      else for (const { element, seconds } of elements) removed += this.#see(purpose, name, element, seconds, now);
    }
    let added = 0;
    for (const claim of this.#ledger.claims()) {
      if (!this.isSettled(claim)) continue;
      if (isBroken || !this.#held.has(claim.key)) added += 1;
      if (this.#change(claim, now) !== undefined) this.#routine.set(claim.key, { claim, since: now, isNew: false });
    }
    return { added, removed };
  }

  /** Whether the table is sound; answers with true when it was until now, and bans may be without effect. */
  #judge({ shape, sets }: Listing, purposes: ReadonlyMap<GroupName, Purpose>): boolean {
    const wasSound = this.#isSound;
    const names = sets.map(({ name }) => name);
    const isKnown = names.every(({ group }) => purposes.has(group));
    const groups = new Map([...purposes].filter(([group]) => names.some((name) => name.group === group)));
    this.#isSound = isKnown && shape === expectedShape(groups, names);
    this.#sets = new Map(names.map((name) => [name.text, name]));
    return wasSound && isKnown && !this.#isSound;
  }

  /** Takes note of an element; 1 when nothing wants it and nobody knew. */
  #see(purpose: Purpose, set: SetName, element: string, seconds: number | undefined, now: number): 0 | 1 {
    const address = addressOf(set, element);
    if (address === undefined) return 0;
    const claim = claimFor(purpose, address);
    this.#held.set(claim.key, deadlineAfter(seconds, now));
    if (this.#ledger.wants(claim) || !this.isSettled(claim)) return 0;
    this.#routine.set(claim.key, { claim, since: now, isNew: false });
    return 1;
  }

  #queue(isNew: boolean): Map<string, Due> {
    return isNew ? this.#urgent : this.#routine;
  }

  /** What has to be done for a claim; undefined for nothing. */
  #change(claim: Claim, now: number): Change | undefined {
    const until = this.#ledger.until(claim);
    const held = this.#held.get(claim.key);
    const set = setName(this.#groupOf(claim.purpose), claim.address);
    if (until === undefined) return held === undefined ? undefined : { kind: 'remove', claim, set, deadline: held };
    const deadline = deadlineOf(until, now);
    if (held === undefined) return { kind: 'add', claim, set, deadline };
    return isSameDeadline(held, deadline) ? undefined : { kind: 'renew', claim, set, deadline };
  }

  /** What a new table has to begin with, so that nothing is missing for a moment: all that is held and wanted. */
  #kept(now: number): readonly Change[] {
    const kept: Change[] = [];
    for (const claim of this.#ledger.claims()) {
      const until = this.#ledger.until(claim);
      if (until === undefined || !this.#held.has(claim.key)) continue;
      const set = setName(this.#groupOf(claim.purpose), claim.address);
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
    for (const purpose of this.#ledger.purposes) purposes.set(this.#groupOf(purpose), purpose);
    return purposes;
  }

  #groupOf(purpose: Purpose): GroupName {
    if (purpose.kind !== 'ports') return purpose.kind;
    const text = purposeText(purpose);
    const group = this.#groups.get(text) ?? groupName(purpose);
    this.#groups.set(text, group);
    return group;
  }
}
