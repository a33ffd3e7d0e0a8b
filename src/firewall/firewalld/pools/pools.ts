/**
 * All pools together: which of them holds a claim, and what is to be done next in any of them.
 * Invariant: a claim is in one pool, or in `unplaced` because the sets for it do not exist yet.
 */
import { type Address, isSingle } from '../../../core/address/address.js';
import { type Claim, type ClaimChange, purposeText } from '../../claims.js';
import { type Group, type IpsetName, type PoolName, poolText } from '../ipset-name.js';
import { CAPACITY, nextCall, type Task } from './next-call.js';
import { OutermostPrefixes } from './outermost-prefixes.js';
import { Pool } from './pool.js';
import { PortGroups } from './port-groups.js';
import type { SetContent } from './set-content.js';
import type { Urgency } from './urgency.js';

/** The pool with the most pressing task. */
export interface Work extends Task {
  readonly pool: Pool;
  /** Of all claims on its entries, in words; undefined for prefixes, which may stand for claims on what is within them. */
  readonly purpose: string | undefined;
}

interface Member {
  readonly name: PoolName;
  readonly pool: Pool;
  /** For prefixes only: single addresses never overlap. */
  readonly prefixes: OutermostPrefixes | undefined;
}

/** A set that is taken to be empty until firewalld is asked, which it is once it is due. */
export type Presumed = Pick<SetContent, 'isDue'>;

/** The part of its sets that a pool may fill before it grows, and the part that is filled afterwards. */
const FULL = 0.7;
const ROOMY = 0.5;

/** A pool that needs more sets. */
export interface Shortage {
  readonly name: PoolName;
  readonly sets: number;
  /** There is no room at all for some of what is wanted. */
  readonly isPressing: boolean;
}

export class Pools {
  readonly slots: PortGroups;
  readonly #members = new Map<string, Member>();
  /** With the time since when, µs. */
  readonly #unplaced = new Map<string, { readonly claim: Claim; readonly at: number }>();

  /** `ports`: what each group of the `ports` disposition closes now. */
  constructor(sets: readonly IpsetName[], ports: ReadonlyMap<Group, readonly string[]>) {
    this.slots = new PortGroups(ports);
    for (const [text, list] of groupSets(sets)) {
      const [name] = list;
      if (name === undefined) continue;
      const names = [...list].sort((one, other) => one.index - other.index).map((set) => set.text);
      this.#members.set(text, {
        name,
        pool: new Pool(names),
        prefixes: name.kind === 'net' ? new OutermostPrefixes() : undefined,
      });
    }
  }

  /** Makes a change of the claims the pools' own. */
  apply({ claim, isWanted }: ClaimChange, urgency: Urgency, at: number): void {
    const member = this.#memberFor(claim, isWanted);
    if (member === undefined) {
      if (isWanted) this.#unplaced.set(claim.key, { claim, at });
      else this.#unplaced.delete(claim.key);
      return;
    }
    const { pool, prefixes } = member;
    const { address } = claim;
    const alone = isWanted ? { want: [address.text], release: [] } : { want: [], release: [address.text] };
    const change = prefixes === undefined ? alone : isWanted ? prefixes.add(address) : prefixes.remove(address);
    // A prefix that takes the place of an urgent entry is waited for as that was.
    const isRaised = change.release.some((entry) => pool.fresh.has(entry));
    for (const entry of change.want) pool.want(entry, isRaised ? 'urgent' : urgency, at);
    for (const entry of change.release) pool.release(entry, at, change.want);
  }

  /** What is wanted already is urgent now. */
  hurry(claim: Claim): void {
    this.#ask(claim, (pool, entry) => pool.hurry(entry));
  }

  /** Tries again to find sets for what has none. */
  place(): void {
    for (const { claim, at } of [...this.#unplaced.values()]) {
      this.#unplaced.delete(claim.key);
      this.apply({ claim, isWanted: true }, 'urgent', at);
    }
  }

  isHeld(claim: Claim): boolean {
    return this.#ask(claim, (pool, entry) => pool.holds(entry)) ?? false;
  }

  /** The name of the ipset that holds the claim, or a prefix around it. */
  setOf(claim: Claim): string | undefined {
    return this.#ask(claim, (pool, entry) => pool.setOf(entry));
  }

  isRefused(claim: Claim): boolean {
    return this.#ask(claim, (pool, entry) => pool.isRefused(entry)) ?? false;
  }

  isSettled(claim: Claim): boolean {
    return this.#ask(claim, (pool, entry) => pool.isSettled(entry)) ?? !this.#unplaced.has(claim.key);
  }

  /** The next call to make; undefined when nothing is left to do. `mayCrowd`: also in pools that have no room left. */
  next(mayCrowd = true): Work | undefined {
    let best: (Task & Member) | undefined;
    for (const member of this.#members.values()) {
      const { pool } = member;
      if (!mayCrowd && pool.heldCount >= roomOf(pool)) continue;
      const task = nextCall(pool);
      if (task !== undefined && (best === undefined || task.urgency < best.urgency)) best = { ...task, ...member };
    }
    return best && { urgency: best.urgency, step: best.step, pool: best.pool, purpose: this.#purposeOf(best) };
  }

  /** Changes not yet made, and the time of the oldest (µs; Infinity for none). */
  pending(): { readonly count: number; readonly since: number } {
    const each = this.all().map((pool) => pool.pending());
    const count = each.reduce((sum, pending) => sum + pending.count, this.#unplaced.size);
    let since = Math.min(...each.map((pending) => pending.since));
    for (const { at } of this.#unplaced.values()) since = Math.min(since, at);
    return { count, since };
  }

  /** These are empty in the kernel, so nothing of what is wanted is held there. Answers with those that have not been read. */
  presumeEmpty(names: ReadonlySet<string>, at: number): readonly Presumed[] {
    const sets = this.all().flatMap((pool) => pool.sets);
    const empty = sets.filter((set) => !set.isKnown && names.has(set.name));
    for (const set of empty) {
      set.become([], () => false, at);
      set.isDue = false;
    }
    return empty;
  }

  verify(at: number): void {
    for (const { pool } of this.#members.values()) pool.verify(at);
  }

  all(): readonly Pool[] {
    return [...this.#members.values()].map(({ pool }) => pool);
  }

  /** How many lists of ports have claims and no sets. */
  get unplacedLists(): number {
    return new Set([...this.#unplaced.values()].map(({ claim }) => purposeText(claim.purpose))).size;
  }

  /** Pools that will run out of room, with the number of sets they should have. One set of each stays empty. */
  shortages(): readonly Shortage[] {
    return [...this.#members.values()].flatMap(({ name, pool }) => {
      const room = roomOf(pool);
      if (pool.wantedCount <= room * FULL) return [];
      const sets = Math.ceil(pool.wantedCount / (CAPACITY * ROOMY)) + 1;
      return [{ name, sets: Math.max(sets, pool.sets.length + 4), isPressing: pool.wantedCount > room }];
    });
  }

  #ask<T>(claim: Claim, question: (pool: Pool, entry: string) => T): T | undefined {
    const member = this.#memberFor(claim, false);
    if (member === undefined || this.#unplaced.has(claim.key)) return undefined;
    const entry = member.prefixes?.outermost(claim.address) ?? claim.address;
    return question(member.pool, entry.text);
  }

  #memberFor({ purpose, address }: Claim, mayTake: boolean): Member | undefined {
    const isFree = (group: Group) => this.#isFree(group);
    const taken =
      mayTake && purpose.kind === 'ports' ? this.slots.take.bind(this.slots, purpose.ports, isFree) : undefined;
    const group = this.slots.find(purpose) ?? taken?.();
    return group === undefined ? undefined : this.#members.get(poolOf(group, address));
  }

  #purposeOf({ name: { group }, prefixes }: Member): string | undefined {
    if (prefixes !== undefined) return undefined;
    const isPorts = group !== 'drop' && group !== 'reject';
    return purposeText(isPorts ? { kind: 'ports', ports: this.slots.portsOf(group) } : { kind: group });
  }

  #isFree(group: Group): boolean {
    const members = [...this.#members.values()].filter(({ name }) => name.group === group);
    if (members.some(({ pool }) => pool.wantedCount > 0)) return false;
    return this.slots.portsOf(group).length === 0 || members.every(({ pool }) => pool.sets.every((set) => set.isEmpty));
  }
}

/** How many entries it holds before a set has more than is filled in at once. One set stays empty. */
function roomOf(pool: Pool): number {
  return Math.max(pool.sets.length - 1, 1) * CAPACITY;
}

function poolOf(group: Group, address: Address): string {
  return poolText({ group, family: address.family, kind: isSingle(address) ? 'host' : 'net' });
}

function groupSets(sets: readonly IpsetName[]): Map<string, IpsetName[]> {
  const groups = new Map<string, IpsetName[]>();
  for (const set of sets) groups.set(poolText(set), [...(groups.get(poolText(set)) ?? []), set]);
  return groups;
}
