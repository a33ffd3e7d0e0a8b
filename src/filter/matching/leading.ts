/**
 * Which characters a match can begin with, for regexes tied to the beginning of the text. Looking at one character
 * spares a line all regexes that begin otherwise.
 */
import { isNullable } from '../regex/facts.js';
import type { RegexNode } from '../regex/syntax.js';

/** Codes below 256; `all` when nothing can be said. */
type Codes = ReadonlySet<number> | 'all';

/** Codes below 256 that every match of a regex begins with one of, given it begins with the text; else undefined. */
export function leadingCodes(root: RegexNode): ReadonlySet<number> | undefined {
  const items = root.kind === 'sequence' ? root.items : [root];
  const [anchor, ...rest] = items;
  if (anchor?.kind !== 'anchor' || anchor.at !== 'text-start' || rest.every(isNullable)) return undefined;
  const codes = firstOfSequence(rest);
  return codes === 'all' ? undefined : codes;
}

/** What the part begins with when it takes a character. */
function firstOf(node: RegexNode): Codes {
  switch (node.kind) {
    case 'chars': {
      const { ranges, categories, negated } = node.set;
      if (negated || categories.length > 0) return 'all';
      const codes = new Set<number>();
      for (const [from, to] of ranges) for (let code = from; code <= Math.min(to, 255); code += 1) codes.add(code);
      return codes;
    }
    case 'sequence':
      return firstOfSequence(node.items);
    case 'alternation':
      return union(node.branches.map(firstOf));
    case 'group':
    case 'atomic':
    case 'repeat':
      return firstOf(node.body);
    case 'look':
    case 'anchor':
      return new Set();
    case 'reference':
    case 'conditional':
      return 'all';
  }
}

/** An item counts when all before it may take nothing. */
function firstOfSequence(items: readonly RegexNode[]): Codes {
  const surely = items.findIndex((item) => !isNullable(item));
  return union((surely < 0 ? items : items.slice(0, surely + 1)).map(firstOf));
}

function union(sets: readonly Codes[]): Codes {
  const codes = new Set<number>();
  for (const set of sets) {
    if (set === 'all') return 'all';
    for (const code of set) codes.add(code);
  }
  return codes;
}
