/**
 * What should be in the sets of one pool, what is, and what is still to be done.
 * Invariant: every wanted entry is exactly one of held (in a known set), fresh, patient, lost, or refused.
 */

import { RepairCount } from '../../repair-count.js';
import { type Difference, SetContent } from './set-content.js';
import type { Step } from './step.js';
import type { Urgency } from './urgency.js';

/** firewalld takes every address but this one, and no list that it is in: ipset(8) could not hold it. */
const NOBODY = '0.0.0.0';

export class Pool {
  readonly sets: readonly SetContent[];
  /** Wanted by a new ban and not held yet, with the time since when (µs); oldest first. */
  readonly fresh = new Map<string, number>();
  /** The same of bans that let others go first. */
  readonly patient = new Map<string, number>();
  /** Wanted, and to be put back: the firewall lost them or never had them. */
  readonly lost = new Map<string, number>();
  /** A list was refused because of some entry in it: only single calls tell which. */
  isDoubtful = false;
  /** What was put back, and what was found that nobody wanted. */
  readonly repairs = new RepairCount();
  readonly #wanted = new Set<string>();
  readonly #where = new Map<string, SetContent>();
  readonly #refused = new Set<string>();
  /** Released entries that have to stay until these others are held: a prefix for those within it, and the reverse. */
  readonly #retained = new Map<string, Set<string>>();
  /** The call under way: what it takes away can no longer be counted on. */
  #underway: Step | undefined;
  /** Released while some set was unknown: no surprise if they are found there. */
  readonly #released = new Set<string>();

  constructor(sets: readonly string[]) {
    this.sets = sets.map((name) => new SetContent(name));
  }

  get isKnown(): boolean {
    return this.sets.every((set) => set.isKnown);
  }

  get heldCount(): number {
    return this.#where.size;
  }

  get wantedCount(): number {
    return this.#wanted.size;
  }

  /** Bans and unbans not yet made, and the time of the oldest (µs; Infinity for none); no second copies of bans. */
  pending(): { readonly count: number; readonly since: number } {
    const unwanted = new Map<string, number>();
    for (const set of this.sets) {
      for (const [entry, at] of set.surplus) {
        if (!this.#wanted.has(entry)) unwanted.set(entry, Math.min(at, unwanted.get(entry) ?? at));
      }
    }
    let [count, since] = [0, Number.POSITIVE_INFINITY];
    for (const changes of [this.fresh, this.patient, this.lost, unwanted]) {
      count += changes.size;
      for (const at of changes.values()) since = Math.min(since, at);
    }
    return { count, since };
  }

  holds(entry: string): boolean {
    return this.#where.has(entry);
  }

  /** The name of the set that holds the entry. */
  setOf(entry: string): string | undefined {
    return this.#where.get(entry)?.name;
  }

  /** Wanted entries that firewalld will not take. */
  get refused(): readonly string[] {
    return [...this.#refused];
  }

  isRefused(entry: string): boolean {
    return this.#refused.has(entry);
  }

  /** True when nothing is left to do for the entry. */
  isSettled(entry: string): boolean {
    if (this.#wanted.has(entry)) return this.#where.has(entry) || this.#refused.has(entry);
    return this.isKnown && !this.sets.some((set) => set.surplus.has(entry));
  }

  want(entry: string, urgency: Urgency, at: number): void {
    if (this.#wanted.has(entry)) return;
    this.#wanted.add(entry);
    this.#released.delete(entry);
    this.#retained.delete(entry);
    if (entry === NOBODY) this.#refused.add(entry);
    else if (!this.#reclaim(entry)) this.#waiting(urgency).set(entry, at);
  }

  /** Nothing goes before it any more that a new ban has to wait for. */
  hurry(entry: string): void {
    const since = this.patient.get(entry);
    if (since === undefined) return;
    this.patient.delete(entry);
    this.fresh.set(entry, since);
  }

  /** The entry stays until all of `until` are held, so that none of its addresses is let in meanwhile. */
  release(entry: string, at: number, until: readonly string[] = []): void {
    if (!this.#wanted.delete(entry)) return;
    const replacements = until.filter((other) => !this.#where.has(other));
    if (replacements.length > 0) this.#retained.set(entry, new Set(replacements));
    this.#dismiss(entry, replacements);
    if (!this.isKnown) this.#released.add(entry);
    this.#noLongerMissing(entry);
    this.#refused.delete(entry);
    this.#where.get(entry)?.setSurplus(entry, at);
    this.#where.delete(entry);
  }

  isRetained(entry: string): boolean {
    return this.#retained.has(entry);
  }

  /** Entries that have to stay for now though they were released. */
  retained(): readonly string[] {
    return [...this.#retained.keys()];
  }

  /** True when none of `entries` has to stay any longer once all of `added` are held. */
  areReplacedBy(entries: Iterable<string>, added: ReadonlySet<string>): boolean {
    return [...entries].every((entry) =>
      [...(this.#retained.get(entry) ?? [])].every((replacement) => added.has(replacement)),
    );
  }

  /** All sets are to be read; until then, what we believe is taken to be true. What was refused is tried again. */
  verify(at: number): void {
    for (const set of this.sets) set.isDue = true;
    for (const entry of this.#refused) {
      if (entry === NOBODY) continue;
      this.#refused.delete(entry);
      this.lost.set(entry, at);
    }
  }

  /** The set has to be read before it is trusted again; what it held counts as lost until then. */
  invalidate(set: string, at: number): void {
    const content = this.#set(set);
    for (const entry of content.kept()) this.#lose(entry, content, at);
    content.invalidate();
  }

  /** The call is made now; undefined: it is over. */
  underway(step: Step | undefined): void {
    this.#underway = step;
  }

  /**
   * A call was answered: `step` is done, and for a read `entries` is what the set holds. Answers the entries that may be
   * held or settled by it; undefined when that may be any.
   */
  done(step: Step, entries: readonly string[], at: number): readonly string[] | undefined {
    const content = this.#set(step.set);
    switch (step.kind) {
      case 'read':
        this.#read(content, entries, at);
        return this.isKnown ? undefined : entries;
      case 'add':
        content.add(step.entry);
        this.#countPutBack([step.entry]);
        this.#hold(step.entry, content, at);
        return [step.entry];
      case 'remove':
        content.remove(step.entry);
        return [step.entry];
      case 'replace': {
        const gone = [...content.surplus.keys()];
        this.#countPutBack(step.entries);
        content.become(step.entries, (entry) => !this.#wanted.has(entry), at);
        for (const entry of step.entries) this.#hold(entry, content, at);
        if (step.replaces !== undefined) this.#set(step.replaces).abandon(step.entries, at);
        return [...step.entries, ...gone];
      }
    }
  }

  /** The set is given its content anew: a change to it failed. */
  rewrite(set: string): void {
    this.#set(set).isBroken = true;
  }

  /** The kernel's set was seen to be another than firewalld says. */
  mismatch(set: string, { missing, foreign }: Difference): void {
    this.repairs.add({ added: missing, removed: foreign });
    this.rewrite(set);
  }

  /** firewalld will never take the entry. */
  refuse(entry: string): void {
    this.#dismiss(entry);
    this.#noLongerMissing(entry);
    if (this.#wanted.has(entry)) this.#refused.add(entry);
  }

  #set(name: string): SetContent {
    const content = this.sets.find((set) => set.name === name);
    if (content === undefined) throw new RangeError(`no set ${name} in this pool`);
    return content;
  }

  /** The entry is now in `content`: held when it is still wanted, else it has to go again. */
  #hold(entry: string, content: SetContent, at: number): void {
    this.#noLongerMissing(entry);
    this.#dismiss(entry);
    const isWanted = this.#wanted.has(entry);
    content.setSurplus(entry, isWanted ? undefined : at);
    if (isWanted) this.#where.set(entry, content);
  }

  #countPutBack(entries: readonly string[]): void {
    for (const entry of entries) if (this.lost.has(entry)) this.repairs.add({ added: 1, removed: 0 });
  }

  /** True when the call under way takes the entry out of the set. */
  #isGoing(entry: string, set: SetContent): boolean {
    const step = this.#underway;
    if (step === undefined || step.set !== set.name || step.kind === 'read') return false;
    return step.kind === 'replace' || step.entry === entry;
  }

  /** Nothing waits for the entry any longer; what waited for it now waits for its `heirs`. */
  #dismiss(entry: string, heirs: readonly string[] = []): void {
    for (const [released, replacements] of this.#retained) {
      if (!replacements.delete(entry)) continue;
      for (const heir of heirs) replacements.add(heir);
      if (replacements.size === 0) this.#retained.delete(released);
    }
  }

  #waiting(urgency: Urgency): Map<string, number> {
    if (urgency === 'urgent') return this.fresh;
    return urgency === 'patient' ? this.patient : this.lost;
  }

  #noLongerMissing(entry: string): void {
    for (const waiting of [this.fresh, this.patient, this.lost]) waiting.delete(entry);
    if (this.fresh.size + this.patient.size + this.lost.size === 0) this.isDoubtful = false;
  }

  #lose(entry: string, content: SetContent, at: number): void {
    if (this.#where.get(entry) !== content) return;
    this.#where.delete(entry);
    if (!this.#reclaim(entry)) this.lost.set(entry, at);
  }

  /** An entry that is to be removed from some set stays there after all; false when there is none. */
  #reclaim(entry: string): boolean {
    const home = this.sets.find((set) => set.surplus.has(entry) && !this.#isGoing(entry, set));
    if (home === undefined) return false;
    home.setSurplus(entry, undefined);
    this.#where.set(entry, home);
    return true;
  }

  #read(content: SetContent, entries: readonly string[], at: number): void {
    const found = new Set(entries);
    for (const entry of content.kept()) if (!found.has(entry)) this.#lose(entry, content, at);
    const isElsewhere = (entry: string) => (this.#where.get(entry) ?? content) !== content;
    const surplusBefore = content.surplus.has.bind(new Map(content.surplus));
    content.become(found, (entry) => !this.#wanted.has(entry) || isElsewhere(entry), at);
    content.isDue = false;
    for (const entry of found) {
      if (this.#wanted.has(entry)) {
        if (!isElsewhere(entry)) this.#hold(entry, content, at);
      } else if (!surplusBefore(entry) && !this.#released.has(entry)) this.repairs.add({ added: 0, removed: 1 });
    }
    if (this.isKnown) this.#released.clear();
  }
}
