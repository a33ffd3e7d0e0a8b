/**
 * The kernel's own word on what firewalld has made of the bans, and the guard beside it.
 * Invariant: nothing here rejects: without nft(8), or without the right to use it, firewalld's word has to do.
 */
import { guardScript } from './guard.js';
import { FIREWALLD_TABLE, forwarders, type KernelView, kernelView } from './kernel-view.js';
import type { Claim } from './ledger.js';
import { Nft } from './nft.js';

export interface KernelLook extends KernelView {
  /** Who sends packets elsewhere before firewalld's zones are asked. */
  readonly forwarders: readonly string[];
}

/** What a firewall adapter needs of the kernel. */
export type KernelAccess = Pick<Kernel, 'guard' | 'look' | 'prepareReload' | 'problem'>;

export class Kernel {
  readonly #nft: Pick<Nft, 'run'>;
  #guardProblem: string | undefined;
  #lookProblem: string | undefined;
  #guarding: Promise<unknown> = Promise.resolve();

  constructor(nft: Pick<Nft, 'run'> = new Nft()) {
    this.#nft = nft;
  }

  /** What does not work, and what it means; undefined when all does. */
  get problem(): string | undefined {
    return this.#guardProblem ?? this.#lookProblem;
  }

  /**
   * Puts the guard in place, or in place again; `standIn` is what it holds itself, for so many seconds.
   * One at a time, in the order asked. Answers with whether it is in place.
   */
  guard(standIn?: Iterable<Claim>, seconds?: number): Promise<boolean> {
    const done = this.#guarding.then(() => this.#guard(guardScript(standIn, seconds)));
    this.#guarding = done;
    return done;
  }

  /** A reload of firewalld (1.3.3) begins with deleting its table and fails when there is none: makes an empty one. */
  async prepareReload(): Promise<void> {
    try {
      await this.#nft.run(['add', 'table', 'inet', FIREWALLD_TABLE]);
    } catch {
      // It is there and firewalld's alone (2.x, NftablesTableOwner=yes).
    }
  }

  /** Undefined when the kernel cannot be looked at. `sets` and `asked` are empty when firewalld's table is gone. */
  async look(): Promise<KernelLook | undefined> {
    try {
      const rules = await this.#nft.run(['-t', 'list', 'ruleset']);
      const isThere = new RegExp(`^table inet ${FIREWALLD_TABLE} `, 'm').test(rules);
      const view = isThere ? kernelView(await this.#nft.run(['-j', 'list', 'table', 'inet', FIREWALLD_TABLE])) : GONE;
      this.#lookProblem = undefined;
      return { ...view, forwarders: forwarders(rules) };
    } catch (error) {
      this.#lookProblem =
        `bans cannot be compared with the kernel: nft cannot be used (${messageOf(error)}); ` +
        'install the package nftables';
      return undefined;
    }
  }

  async #guard(script: string): Promise<boolean> {
    try {
      await this.#nft.run(['-f', '-'], script);
      this.#guardProblem = undefined;
      return true;
    } catch (error) {
      this.#guardProblem =
        'bans do not hold for forwarded ports (containers) and for UDP conversations that go on: ' +
        `nft cannot be used (${messageOf(error)}); install the package nftables`;
      return false;
    }
  }
}

const GONE: KernelView = { sets: new Map(), asked: new Set() };

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
