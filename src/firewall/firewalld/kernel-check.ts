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

/** True for sets that rules have to ask. */
type IsBound = (set: string) => boolean;

export function compareWithKernel(view: KernelView, pools: Pools, isBound: IsBound): Verdict {
  if (isAnyGone(view, pools, isBound)) return 'gone';
  const differing = differences(view, pools);
  for (const { pool, name, difference } of differing) pool.mismatch(name, difference);
  return differing.length === 0 ? 'whole' : 'differing';
}

function isAnyGone({ sets, asked }: KernelView, pools: Pools, isBound: IsBound): boolean {
  const names = pools.all().flatMap((pool) => pool.sets.map(({ name }) => name));
  return names.some((name) => !sets.has(name) || (isBound(name) && !asked.has(name)));
}

function differences({ sets }: KernelView, pools: Pools) {
  const all = pools.all().flatMap((pool) => pool.sets.map((content) => ({ pool, content })));
  return all.flatMap(({ pool, content }) => {
    const { name } = content;
    const difference = content.difference(sets.get(name) ?? []);
    return difference.missing + difference.foreign === 0 ? [] : [{ pool, name, difference }];
  });
}

function isWhole(view: KernelView, pools: Pools, isBound: IsBound): boolean {
  return !isAnyGone(view, pools, isBound) && differences(view, pools).length === 0;
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

/** A look at the kernel that may stand for a later one. */
interface EarlyLook {
  readonly view: KernelView;
  /** Whether it is known that nobody flushed all rules since. */
  readonly isUndisturbed: () => Promise<boolean>;
}

export class KernelCheck {
  readonly #client: Pick<FirewalldClient, 'backend'>;
  readonly #kernel: CheckedKernel;
  /** What it returns tells whether it is known that nobody flushed all rules since it was called. */
  readonly #undisturbed: () => () => Promise<boolean>;
  #rewrites = 0;
  #forwarders: readonly string[] = [];
  #early: EarlyLook | undefined;

  constructor(
    client: Pick<FirewalldClient, 'backend'>,
    kernel: CheckedKernel,
    undisturbed: () => () => Promise<boolean> = () => async () => false,
  ) {
    this.#client = client;
    this.#kernel = kernel;
    this.#undisturbed = undisturbed;
  }

  /** Who sends packets elsewhere before firewalld's zones are asked, when the kernel was last looked at. */
  get forwarders(): readonly string[] {
    return this.#forwarders;
  }

  /** The sets of firewalld that are there and hold nothing. */
  async emptySets(): Promise<ReadonlySet<string>> {
    const look = await this.#look();
    if (look === undefined) return new Set();
    this.#early = { view: look, isUndisturbed: this.#undisturbed() };
    return new Set([...look.sets].filter(([, entries]) => entries.length === 0).map(([name]) => name));
  }

  /** What was seen so far says nothing of what comes: firewalld is told to change something, or there is reason for doubt. */
  forget(): void {
    this.#early = undefined;
  }

  /**
   * Looks, and says what has to be done. No call to firewalld may be under way. Where `emptySets` saw all that is to be there, and
   * nothing was changed since, that was the look.
   */
  async run(pools: Pools, isBound: IsBound): Promise<Remedy> {
    const early = this.#early;
    this.forget();
    if (early !== undefined && (await early.isUndisturbed()) && isWhole(early.view, pools, isBound)) return 'none';
    const look = await this.#look();
    if (look === undefined) return 'none';
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

  async #look(): Promise<KernelView | undefined> {
    const look = await this.#kernel.look();
    if (look !== undefined) this.#forwarders = look.forwarders;
    return look;
  }
}
