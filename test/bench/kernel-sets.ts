/**
 * A picture of the kernel's nftables sets, kept by listening to its announcements: looking costs the measured system
 * next to nothing, and what is seen has the time at which it was told, whenever it is read here.
 * Invariant: `check` compares the picture with the kernel's own list.
 */
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Container } from '../support/container.js';
import { repository } from '../support/repository.js';

/** Waits until something holds of the sets. `resolve` gets the time, ms since the epoch; undefined for never. */
interface Waiting {
  readonly isMet: () => boolean;
  readonly resolve: (at: number | undefined) => void;
}

interface NftObject {
  readonly set?: { readonly family: string; readonly table: string; readonly name: string; readonly elem?: unknown[] };
}

/** Where it is inside the system. */
const LISTENER = '/run/set-changes';

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
    // One that runs cannot be written to.
    const { status } = await container.inside(`test -e ${LISTENER}`);
    if (status !== 0) container.copyIn(join(repository, 'build', 'set-changes'), LISTENER);
    const listener = container.insideStart(`exec ${LISTENER}`);
    const { stdout } = listener;
    if (stdout === null) throw new Error('the listener has no output');
    await new Promise<void>((resolve, reject) => {
      createInterface(stdout).on('line', (line) => (line === 'listening' ? resolve() : sets.#hear(line)));
      listener.once('close', () => reject(new Error('the listener ended')));
    });
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

  /** When all addresses were held, ms since the epoch; undefined when they were not within `seconds`. */
  held(addresses: readonly string[], seconds: number): Promise<number | undefined> {
    return this.when(
      every(addresses, (address) => this.holds(address)),
      seconds,
    );
  }

  /** The same for none being held any more. */
  gone(addresses: readonly string[], seconds: number): Promise<number | undefined> {
    return this.when(
      every(addresses, (address) => !this.holds(address)),
      seconds,
    );
  }

  /** When `isMet` held first, which is asked at every change; undefined when it did not within `seconds`. */
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

  /** A line of set-changes.c. */
  #hear(line: string): void {
    const [time, verb, family, table, set, address] = line.split(' ');
    const at = Number(time) / 1000;
    if (verb === 'drop') this.#drop([family, table, set].join(' ').trim());
    else if (this.#names.test(`${family} ${table} ${set}`))
      this.#change(verb === 'add', `${family} ${table} ${set}`, address ?? '', at);
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

/** Whether all are so. Asked again, it goes on at the first that was not, and then makes sure of all. */
function every(addresses: readonly string[], isSo: (address: string) => boolean): () => boolean {
  let done = 0;
  return () => {
    for (let address = addresses[done]; address !== undefined && isSo(address); address = addresses[done]) done += 1;
    return done === addresses.length && addresses.every(isSo);
  };
}
