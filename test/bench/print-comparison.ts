/** Measures contenders one after the other, and prints their figures beside each other as a table for BENCHMARKS.md. */
import type { Results, Row } from './contender.js';
import { loadText, machineText } from './machine-text.js';

/** `chosen`: those of the contenders that are measured; all of them when it is empty. */
export async function printComparison(
  contenders: Readonly<Record<string, () => Promise<Results>>>,
  chosen: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  const names = chosen.length > 0 ? chosen : Object.keys(contenders);
  const results = new Map<string, Results>();
  for (const name of names) {
    const measure = contenders[name];
    if (measure === undefined) throw new Error(`no such contender: ${name} (${Object.keys(contenders).join(', ')})`);
    console.error(`measuring ${name}, load ${loadText()}`);
    results.set(name, await measure());
  }
  console.log(`${machineText()}, load ${loadText()}.\n`);
  const print = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`);
  print(['', 'to reach', ...names]);
  print([':--', ...['', ...names].map(() => '--:')]);
  for (const { title, target } of rows)
    print([title, target, ...names.map((name) => results.get(name)?.get(title) ?? '–')]);
}
