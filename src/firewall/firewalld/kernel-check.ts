/**
 * Compares what firewalld says that it holds with what the kernel holds: nothing tells firewalld when another program
 * flushes its sets or its whole table.
 */
import type { FirewalldClient } from './client.js';
import type { KernelAccess } from './kernel.js';
import { type KernelView, merged } from './kernel-view.js';
import type { Pools } from './pools/pools.js';

/**
 * `whole`: the kernel agrees. `differing`: entries of some sets are others; these sets are marked to be written anew.
 * `gone`: sets are missing, or no rule asks them: only a reload of firewalld brings them back.
 */
export type Verdict = 'whole' | 'differing' | 'gone';

/** `isBound`: true for sets that rules have to ask. */
export function compareWithKernel(view: KernelView, pools: Pools, isBound: (set: string) => boolean): Verdict {
  const sets = pools.all().flatMap((pool) => pool.sets.map((content) => ({ pool, content })));
  const isGone = ({ name }: { readonly name: string }) =>
    !view.sets.has(name) || (isBound(name) && !view.asked.has(name));
  if (sets.some(({ content }) => isGone(content))) return 'gone';
  let verdict: Verdict = 'whole';
  for (const { pool, content } of sets) {
    const difference = content.difference(view.sets.get(content.name) ?? []);
    if (difference.missing + difference.foreign === 0) continue;
    pool.mismatch(content.name, difference);
    verdict = 'differing';
  }
  return verdict;
}

/** True when a set lacks entries: another look may find them. */
function isDoubtful({ sets }: KernelView, pools: Pools): boolean {
  const contents = pools.all().flatMap((pool) => pool.sets);
  return contents.some((content) => content.difference(sets.get(content.name) ?? []).missing > 0);
}

/** How often sets that differ are written anew before firewalld has to be reloaded. */
const REWRITES = 2;

/** `rewrite`: sets are to be written anew, and then looked at again. `reload`: only that brings the rules back. */
export type Remedy = 'none' | 'rewrite' | 'reload';

/** What of the kernel a session has to do with. */
export type CheckedKernel = Pick<KernelAccess, 'look' | 'prepareReload'>;

export class KernelCheck {
  readonly #client: Pick<FirewalldClient, 'backend'>;
  readonly #kernel: CheckedKernel;
  #rewrites = 0;
  #forwarders: readonly string[] = [];

  constructor(client: Pick<FirewalldClient, 'backend'>, kernel: CheckedKernel) {
    this.#client = client;
    this.#kernel = kernel;
  }

  /** Who sends packets elsewhere before firewalld's zones are asked, when the kernel was last looked at. */
  get forwarders(): readonly string[] {
    return this.#forwarders;
  }

  /** The sets of firewalld that are there and hold nothing. */
  async emptySets(): Promise<ReadonlySet<string>> {
    const look = await this.#kernel.look();
    return new Set([...(look?.sets ?? [])].filter(([, entries]) => entries.length === 0).map(([name]) => name));
  }

  /** Looks, and says what has to be done. No call to firewalld may be under way. */
  async run(pools: Pools, isBound: (set: string) => boolean): Promise<Remedy> {
    const look = await this.#kernel.look();
    if (look === undefined) return 'none';
    this.#forwarders = look.forwarders;
    const second = isDoubtful(look, pools) ? await this.#kernel.look() : undefined;
    const view = second === undefined ? look : merged(look, second);
    const verdict = compareWithKernel(view, pools, isBound);
    this.#rewrites = verdict === 'differing' ? this.#rewrites + 1 : 0;
    if (verdict === 'whole') return 'none';
    if (verdict === 'differing' && this.#rewrites <= REWRITES) return 'rewrite';
    // The answer comes after a reload that somebody else asked for. With iptables there is no table to compare with.
    const backend = await this.#client.backend();
    return backend === 'iptables' && view.sets.size === 0 ? 'none' : 'reload';
  }
}
