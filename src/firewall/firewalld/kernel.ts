/**
 * What the kernel holds of what firewalld says it holds.
 * Invariant: nothing here rejects. Without nft(8), or without the right to use it, nothing is known of the kernel.
 */

import { Nft } from '../nft.js';
import { FIREWALLD_TABLE, forwarders, type KernelView, kernelView } from './kernel-view.js';

export interface KernelLook extends KernelView {
  /** Who sends packets elsewhere before firewalld's zones are asked. */
  readonly forwarders: readonly string[];
}

/** What a firewall adapter needs of the kernel. */
export type KernelAccess = Pick<Kernel, 'look' | 'prepareReload' | 'problem'>;

export class Kernel {
  readonly #nft: Pick<Nft, 'run'>;
  #problem: string | undefined;

  constructor(nft: Pick<Nft, 'run'> = new Nft()) {
    this.#nft = nft;
  }

  /** What does not work, and what it means; undefined when all does. */
  get problem(): string | undefined {
    return this.#problem;
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
      // Both at once: each waits for its turn among what else the start of the agent has to do.
      const listed = this.#nft.run(['-j', 'list', 'table', 'inet', FIREWALLD_TABLE]);
      // It fails where there is no table, which the rules tell.
      listed.catch(() => {});
      const rules = await this.#nft.run(['-t', 'list', 'ruleset']);
      const isThere = new RegExp(`^table inet ${FIREWALLD_TABLE} `, 'm').test(rules);
      const view = isThere ? kernelView(await listed) : GONE;
      this.#problem = undefined;
      return { ...view, forwarders: forwarders(rules) };
    } catch (error) {
      this.#problem =
        `bans cannot be compared with the kernel: nft cannot be used (${messageOf(error)}); ` +
        'install the package nftables';
      return undefined;
    }
  }
}

const GONE: KernelView = { sets: new Map(), asked: new Set() };

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
