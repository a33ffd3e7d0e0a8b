/**
 * A picture of the kernel's nftables sets, kept by listening to its announcements (`nft monitor`): looking costs the
 * measured system next to nothing. Invariant: `check` compares the picture with the kernel's own list.
 */
import type { Container } from '../e2e/container.js';
import { until } from '../e2e/process.js';

/**
 * Waits until something holds of the sets; `resolve` gets the time, ms since the epoch, or undefined when it never did.
 */
interface Waiting {
  readonly isMet: () => boolean;
  readonly resolve: (at: number | undefined) => void;
}

interface NftObject {
  readonly set?: { readonly family: string; readonly table: string; readonly name: string; readonly elem?: unknown[] };
}

const CHANGE = /^(add|delete) element (\S+ \S+ \S+) \{ (.*) \}/;
const END = /^delete (table|set) (\S+ \S+(?: \S+)?)/;

export class KernelSets {
  readonly #container: Container;
  readonly #names: RegExp;
  /** By `FAMILY TABLE SET`. */
  readonly #sets = new Map<string, Set<string>>();
  /** In how many sets an address is. */
  readonly #held = new Map<string, number>();
  readonly #firstSeen = new Map<string, number>();
  readonly #waiting = new Set<Waiting>();

  private constructor(container: Container, names: RegExp) {
    this.#container = container;
    this.#names = names;
  }

  /** `names`: which sets, as `FAMILY TABLE SET`. They have to be empty. */
  static async listen(container: Container, names: RegExp): Promise<KernelSets> {
    const sets = new KernelSets(container, names);
    const monitor = container.insideStart('exec nft monitor');
    let unfinished = '';
    monitor.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (unfinished + text).split('\n');
      unfinished = lines.pop() ?? '';
      sets.#hear(lines, Date.now());
    });
    // The monitor says nothing when it is ready: it is when it has its socket to the kernel.
    await until('nft monitor listens', async () =>
      (await container.inside('pgrep -x nft')).status === 0 ? true : undefined,
    );
    return sets;
  }

  get count(): number {
    return this.#held.size;
  }

  holds(address: string): boolean {
    return this.#held.has(address);
  }

  /** When the address was first seen in a set, ms since the epoch. */
  firstSeen(address: string): number | undefined {
    return this.#firstSeen.get(address);
  }

  /** When `isMet` held first, ms since the epoch; undefined when it did not within `seconds`. */
  when(isMet: () => boolean, seconds: number): Promise<number | undefined> {
    if (isMet()) return Promise.resolve(Date.now());
    return new Promise((resolve) => {
      const waiting = { isMet, resolve };
      this.#waiting.add(waiting);
      setTimeout(() => {
        this.#waiting.delete(waiting);
        resolve(undefined);
      }, seconds * 1000);
    });
  }

  /** Throws when the picture is not what the kernel holds: announcements were lost. */
  async check(): Promise<void> {
    const { nftables } = JSON.parse(await this.#container.ask('nft -j list sets')) as { nftables: NftObject[] };
    const real = nftables.flatMap(({ set }) =>
      set !== undefined && this.#names.test(`${set.family} ${set.table} ${set.name}`) ? (set.elem ?? []) : [],
    );
    const pictured = [...this.#sets.values()].reduce((sum, set) => sum + set.size, 0);
    if (real.length !== pictured)
      throw new Error(`the kernel holds ${real.length} entries, not the ${pictured} it told of`);
  }

  #hear(lines: readonly string[], at: number): void {
    for (const line of lines) {
      const [, verb, set = '', elements = ''] = CHANGE.exec(line) ?? [];
      if (verb !== undefined && this.#names.test(set)) {
        for (const element of elements.split(','))
          this.#change(verb === 'add', set, element.trim().split(' ')[0] ?? '', at);
      }
      const [, , gone] = END.exec(line) ?? [];
      if (gone !== undefined) this.#drop(gone);
    }
    for (const waiting of this.#waiting) {
      if (!waiting.isMet()) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(at);
    }
  }

  #change(isAdded: boolean, name: string, address: string, at: number): void {
    const set = this.#sets.get(name) ?? new Set();
    this.#sets.set(name, set);
    if (isAdded === set.has(address)) return;
    const count = (this.#held.get(address) ?? 0) + (isAdded ? 1 : -1);
    if (isAdded) set.add(address);
    else set.delete(address);
    if (count > 0) this.#held.set(address, count);
    else this.#held.delete(address);
    if (isAdded && !this.#firstSeen.has(address)) this.#firstSeen.set(address, at);
  }

  /** A table is gone with all its sets, or one set is. */
  #drop(gone: string): void {
    for (const [name, entries] of this.#sets) {
      if (name !== gone && !name.startsWith(`${gone} `)) continue;
      for (const address of [...entries]) this.#change(false, name, address, 0);
    }
  }
}
