/**
 * Looks into the kernel's sets again and again while a test goes on, and notes which address was missing when.
 * Invariant: what is called missing was not listed, and not found by a look-up either, which is what packets do: a
 * listing leaves elements out while the kernel resizes the hash table of their set.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { kernelEntries, type Lab, setsIn } from './lab.js';

const run = promisify(execFile);

export interface Gap {
  readonly address: string;
  /** How long the address was not seen, ms: from the last poll that saw it to the next one. */
  readonly milliseconds: number;
}

export class KernelWatch {
  readonly #lab: Lab;
  readonly #prefix: string;
  readonly #expected = new Set<string>();
  /** When each expected address was last seen or first expected. */
  readonly #seen = new Map<string, number>();
  readonly #missed = new Set<string>();
  readonly gaps: Gap[] = [];
  polls = 0;
  #isRunning = true;
  readonly #done: Promise<void>;

  /** `prefix`: of the names of the sets. */
  constructor(lab: Lab, prefix = 'f2b-') {
    this.#lab = lab;
    this.#prefix = prefix;
    this.#done = this.#loop();
  }

  /** The firewall confirmed these. */
  expect(addresses: readonly string[]): void {
    for (const address of addresses) this.#expected.add(address);
  }

  /** To be called before the unban is asked for. */
  release(addresses: readonly string[]): void {
    for (const address of addresses) {
      this.#expected.delete(address);
      this.#missed.delete(address);
    }
  }

  /** Ends the watching; the gaps seen, longest first, those that have not ended included. */
  async stop(): Promise<readonly Gap[]> {
    this.#isRunning = false;
    await this.#done;
    const end = performance.now();
    for (const address of this.#missed)
      this.gaps.push({ address, milliseconds: end - (this.#seen.get(address) ?? end) });
    return this.gaps.sort((one, other) => other.milliseconds - one.milliseconds);
  }

  async #loop(): Promise<void> {
    while (this.#isRunning) {
      const at = performance.now();
      const expected = [...this.#expected];
      const held = await this.#poll(expected);
      if (held === undefined) continue;
      this.polls += 1;
      for (const address of expected) if (this.#expected.has(address)) this.#note(address, held.has(address), at);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, 10 - (performance.now() - at))));
    }
  }

  #note(address: string, isHeld: boolean, at: number): void {
    if (!isHeld) {
      this.#missed.add(address);
      return;
    }
    if (this.#missed.delete(address)) this.gaps.push({ address, milliseconds: at - (this.#seen.get(address) ?? at) });
    this.#seen.set(address, at);
  }

  /** Undefined when nft was disturbed and saw nothing, or not all. */
  async #poll(expected: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    const listing = await this.#nft('-j', 'list', 'sets', 'inet');
    if (listing === undefined) return undefined;
    const held = new Set(kernelEntries(listing, this.#prefix));
    const lacking = expected.find((address) => !held.has(address) && this.#expected.has(address));
    return lacking !== undefined && (await this.#isFound(lacking, listing)) ? undefined : held;
  }

  async #isFound(address: string, listing: string): Promise<boolean> {
    for (const { table, name } of setsIn(listing, this.#prefix)) {
      if ((await this.#nft('get', 'element', 'inet', table, name, `{ ${address} }`)) !== undefined) return true;
    }
    return false;
  }

  /** What nft wrote; undefined when it failed. */
  async #nft(...args: readonly string[]): Promise<string | undefined> {
    try {
      const command = ['netns', 'exec', this.#lab.hostNamespace, 'nft', ...args];
      return (await run('ip', command, { maxBuffer: 64 * 1024 * 1024 })).stdout;
    } catch {
      return undefined;
    }
  }
}
