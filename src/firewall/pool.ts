/**
 * What should be in the sets of one pool, what is, and what is still to be done.
 * Invariant: every wanted entry is exactly one of held (in a known set), fresh, lost, or refused.
 */
import type { Step } from './plan.js';
import { SetContent } from './set-content.js';

/** What a pool found out of order and mends: see Reconciliation. */
export interface Repairs {
  readonly added: number;
  readonly removed: number;
}

export class Pool {
  readonly sets: readonly SetContent[];
  /** Wanted by a new ban and not held yet, with the time since when (µs); oldest first. */
  readonly fresh = new Map<string, number>();
  /** Wanted, and to be put back: the firewall lost them or never had them. */
  readonly lost = new Map<string, number>();
  /** A list was refused because of some entry in it: only single calls tell which. */
  isDoubtful = false;
  readonly #wanted = new Set<string>();
  readonly #where = new Map<string, SetContent>();
  readonly #refused = new Set<string>();
  /** Released while some set was unknown: no surprise if they are found there. */
  readonly #released = new Set<string>();
  #added = 0;
  #removed = 0;

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

  /** Changes not yet made, and the time of the oldest (µs; Infinity for none). */
  pending(): { readonly count: number; readonly since: number } {
    const changes = [this.fresh, this.lost, ...this.sets.map((set) => set.surplus)];
    return {
      count: changes.reduce((sum, map) => sum + map.size, 0),
      since: Math.min(...changes.map((map) => map.values().next().value ?? Number.POSITIVE_INFINITY)),
    };
  }

  holds(entry: string): boolean {
    return this.#where.has(entry);
  }

  isRefused(entry: string): boolean {
    return this.#refused.has(entry);
  }

  /** True when nothing is left to do for the entry. */
  isSettled(entry: string): boolean {
    if (this.#wanted.has(entry)) return this.#where.has(entry) || this.#refused.has(entry);
    return this.isKnown && !this.sets.some((set) => set.surplus.has(entry));
  }

  /** `isNew`: goes before everything that is only put back. */
  want(entry: string, isNew: boolean, at: number): void {
    if (this.#wanted.has(entry)) return;
    this.#wanted.add(entry);
    this.#released.delete(entry);
    const home = this.sets.find((set) => set.surplus.has(entry));
    if (home === undefined) {
      (isNew ? this.fresh : this.lost).set(entry, at);
      if (!isNew && this.isKnown) this.#added += 1;
      return;
    }
    home.setSurplus(entry, undefined);
    this.#where.set(entry, home);
  }

  release(entry: string, at: number): void {
    if (!this.#wanted.delete(entry)) return;
    if (!this.isKnown) this.#released.add(entry);
    this.#noLongerMissing(entry);
    this.#refused.delete(entry);
    this.#where.get(entry)?.setSurplus(entry, at);
    this.#where.delete(entry);
  }

  wanted(): Iterable<string> {
    return this.#wanted.values();
  }

  /** All sets are to be read; until then, what we believe is taken to be true. */
  verify(): void {
    for (const set of this.sets) set.isDue = true;
  }

  /** The set has to be read before it is trusted again; what it held counts as lost until then. */
  forget(set: string, at: number): void {
    const content = this.#set(set);
    for (const entry of content.kept()) this.#lose(entry, content, at);
    content.forget();
  }

  /** A call was answered: `step` is done, and for a read `entries` is what the set holds. */
  done(step: Step, entries: readonly string[], at: number): void {
    const content = this.#set(step.set);
    switch (step.kind) {
      case 'read':
        this.#read(content, entries, at);
        return;
      case 'add':
        content.add(step.entry);
        this.#hold(step.entry, content, at);
        return;
      case 'remove':
        content.remove(step.entry);
        return;
      case 'replace': {
        content.become(step.entries, (entry) => !this.#wanted.has(entry), at);
        for (const entry of step.entries) this.#hold(entry, content, at);
        if (step.replaces !== undefined) this.#set(step.replaces).abandon(at);
        return;
      }
    }
  }

  /** The set is given its content anew: a change to it failed. */
  rewrite(set: string): void {
    this.#set(set).isBroken = true;
  }

  /** firewalld will never take the entry. */
  refuse(entry: string): void {
    this.#noLongerMissing(entry);
    if (this.#wanted.has(entry)) this.#refused.add(entry);
  }

  /** What was found out of order since the last call. */
  takeRepairs(): Repairs {
    const repairs = { added: this.#added, removed: this.#removed };
    this.#added = 0;
    this.#removed = 0;
    return repairs;
  }

  #set(name: string): SetContent {
    const content = this.sets.find((set) => set.name === name);
    if (content === undefined) throw new RangeError(`no set ${name} in this pool`);
    return content;
  }

  /** The entry is now in `content`: held when it is still wanted, else it has to go again. */
  #hold(entry: string, content: SetContent, at: number): void {
    this.#noLongerMissing(entry);
    if (this.#wanted.has(entry)) this.#where.set(entry, content);
    else content.setSurplus(entry, at);
  }

  #noLongerMissing(entry: string): void {
    this.fresh.delete(entry);
    this.lost.delete(entry);
    if (this.fresh.size + this.lost.size === 0) this.isDoubtful = false;
  }

  #lose(entry: string, content: SetContent, at: number): void {
    if (this.#where.get(entry) !== content) return;
    this.#where.delete(entry);
    this.lost.set(entry, at);
  }

  #read(content: SetContent, entries: readonly string[], at: number): void {
    const wasUnknown = !content.isKnown;
    const found = new Set(entries);
    for (const entry of content.kept()) {
      if (found.has(entry)) continue;
      this.#lose(entry, content, at);
      this.#added += 1;
    }
    const isElsewhere = (entry: string) => (this.#where.get(entry) ?? content) !== content;
    const surplusBefore = content.surplus.has.bind(new Map(content.surplus));
    content.become(found, (entry) => !this.#wanted.has(entry) || isElsewhere(entry), at);
    content.isDue = false;
    for (const entry of found) {
      if (this.#wanted.has(entry)) {
        if (!isElsewhere(entry)) this.#hold(entry, content, at);
      } else if (!surplusBefore(entry) && !this.#released.has(entry)) this.#removed += 1;
    }
    if (!this.isKnown) return;
    this.#released.clear();
    if (wasUnknown) this.#added += this.lost.size;
  }
}
