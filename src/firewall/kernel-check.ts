/**
 * Compares what firewalld says that it holds with what the kernel holds: nothing tells firewalld when another program
 * flushes its sets or its whole table.
 */
import type { KernelView } from './kernel-view.js';
import type { Pools } from './pools.js';

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
