/** What one ipset holds, as far as it is known, and what of it has to be removed. */
import { overlaps, parseAddress } from '../../../core/address/address.js';

/** How the kernel's set differs: entries that it lacks, and those that nobody put there. */
export interface Difference {
  readonly missing: number;
  readonly foreign: number;
}

export class SetContent {
  readonly name: string;
  /** Undefined until it was read, and again when it may have changed behind our back. */
  #entries: Set<string> | undefined;
  /** To be read: it is unknown, or it is time to see whether what we believe is true. */
  isDue = true;
  /** A change to it failed, so it has to be written as a whole. */
  isBroken = false;
  /** Entries to be removed, and since when, µs; oldest first. */
  readonly #surplus = new Map<string, number>();

  constructor(name: string) {
    this.name = name;
  }

  get isKnown(): boolean {
    return this.#entries !== undefined;
  }

  get isEmpty(): boolean {
    return this.#entries?.size === 0;
  }

  get surplus(): ReadonlyMap<string, number> {
    return this.#surplus;
  }

  /** How many entries stay. */
  get keptCount(): number {
    return (this.#entries?.size ?? 0) - this.#surplus.size;
  }

  /** The entries that stay. */
  kept(): string[] {
    return [...(this.#entries ?? [])].filter((entry) => !this.#surplus.has(entry));
  }

  /** Compares with what was found in the kernel. Nothing can be said of an unknown set. */
  difference(found: readonly string[]): Difference {
    if (this.#entries === undefined) return { missing: 0, foreign: 0 };
    const present = new Set(found);
    const missing = [...this.#entries].filter((entry) => !present.has(entry) && !this.#surplus.has(entry)).length;
    return { missing, foreign: found.filter((entry) => this.#entries?.has(entry) !== true).length };
  }

  invalidate(): void {
    this.#entries = undefined;
    this.#surplus.clear();
    this.isDue = true;
  }

  /** The set was seen to hold, or made to hold, exactly these. `isSurplus` says which of them have to go. */
  become(entries: Iterable<string>, isSurplus: (entry: string) => boolean, at: number): void {
    this.#entries = new Set(entries);
    this.isBroken = false;
    const before = new Map(this.#surplus);
    this.#surplus.clear();
    for (const entry of this.#entries) if (isSurplus(entry)) this.#surplus.set(entry, before.get(entry) ?? at);
  }

  add(entry: string): void {
    this.#entries?.add(entry);
  }

  remove(entry: string): void {
    this.#entries?.delete(entry);
    this.#surplus.delete(entry);
  }

  /** The entry has to go, or may stay after all. */
  setSurplus(entry: string, since: number | undefined): void {
    if (since === undefined) this.#surplus.delete(entry);
    else if (this.#entries?.has(entry)) this.#surplus.set(entry, since);
  }

  /** These are in another set now and have to go from this one. */
  abandon(entries: readonly string[], at: number): void {
    for (const entry of entries)
      if (this.#entries?.has(entry)) this.#surplus.set(entry, this.#surplus.get(entry) ?? at);
  }

  /**
   * True when firewalld would refuse to add the entry, because one that is still to be removed overlaps with it
   * (INVALID_ENTRY). Wanted entries never overlap with one another.
   */
  blocks(entry: string): boolean {
    const address = parseAddress(entry);
    if (address === undefined) return false;
    for (const other of this.#surplus.keys()) {
      const parsed = entry.includes('/') || other.includes('/') ? parseAddress(other) : undefined;
      if (parsed !== undefined && overlaps(parsed, address)) return true;
    }
    return false;
  }
}
