/**
 * Which characters a match can begin with, for regexes tied to the beginning of the text. Looking at one character
 * spares a line all regexes that begin otherwise.
 */
import type { RegexNode } from './regex/syntax.js';

/** Characters a node can begin with, by code below 256; `all` when nothing can be said. */
interface First {
  readonly codes: ReadonlySet<number> | 'all';
  /** It may match without taking a character, so what follows counts as well. */
  readonly isNullable: boolean;
}

const nothing: First = { codes: new Set(), isNullable: true };
const anything: First = { codes: 'all', isNullable: true };

/** Codes below 256 that every match of a regex begins with one of, given it begins with the text; else undefined. */
export function leadingCodes(root: RegexNode): ReadonlySet<number> | undefined {
  const items = root.kind === 'sequence' ? root.items : [root];
  const [anchor, ...rest] = items;
  if (anchor?.kind !== 'anchor' || anchor.at !== 'text-start') return undefined;
  const { codes, isNullable } = firstOfSequence(rest);
  return codes === 'all' || isNullable ? undefined : codes;
}

function firstOfSequence(items: readonly RegexNode[]): First {
  let first = nothing;
  for (const item of items) {
    first = union(first, firstOf(item));
    if (!first.isNullable) return first;
  }
  return first;
}

/** Both may come: what the first takes, or, as it may take nothing, what the second takes. */
function union(a: First, b: First): First {
  if (a.codes === 'all' || b.codes === 'all') return { codes: 'all', isNullable: b.isNullable };
  return { codes: new Set([...a.codes, ...b.codes]), isNullable: b.isNullable };
}

function firstOf(node: RegexNode): First {
  switch (node.kind) {
    case 'chars': {
      const { ranges, categories, negated } = node.set;
      if (negated || categories.length > 0) return { codes: 'all', isNullable: false };
      const codes = new Set<number>();
      for (const [from, to] of ranges) for (let code = from; code <= Math.min(to, 255); code += 1) codes.add(code);
      return { codes, isNullable: false };
    }
    case 'sequence':
      return firstOfSequence(node.items);
    case 'alternation': {
      const branches = node.branches.map(firstOf);
      const isNullable = branches.some((branch) => branch.isNullable);
      return { ...branches.reduce(union, nothing), isNullable };
    }
    case 'group':
    case 'atomic':
      return firstOf(node.body);
    case 'repeat': {
      const body = firstOf(node.body);
      return { codes: body.codes, isNullable: body.isNullable || node.min === 0 };
    }
    case 'look':
    case 'anchor':
      return nothing;
    case 'reference':
    case 'conditional':
      return anything;
  }
}
