/**
 * Removes what has no effect, such as groups that nobody reads, and writes a final `$` without a look-ahead.
 * Invariant: the ways in which the regex matches, and their order, stay the same.
 */
import { type CharSet, union } from './characters/char-set.js';
import { isNullable } from './facts.js';
import { alternation, empty, mapChildren, type RegexNode, type Repeat, sequence } from './syntax.js';

/** `read` are the groups whose text is wanted. */
export function simplify(root: RegexNode, read: ReadonlySet<number>): RegexNode {
  return withTail(withoutImplied(withoutUnread(root, read), undefined));
}

function withoutUnread(node: RegexNode, read: ReadonlySet<number>): RegexNode {
  const inner = mapChildren(node, (child) => withoutUnread(child, read));
  return inner.kind === 'group' && !read.has(inner.number) ? inner.body : inner;
}

/** Characters of which one surely stands before a place; undefined when nothing is known. */
type Before = CharSet | undefined;

/**
 * Drops look-behinds for what stands there anyway. `<HOST>` has one, for the colon before the last part of an IPv6
 * address, which the parts before it all end in.
 */
function withoutImplied(node: RegexNode, before: Before): RegexNode {
  switch (node.kind) {
    case 'sequence': {
      let known = before;
      return sequence(
        node.items.map((item) => {
          const shorter = withoutImplied(item, known);
          known = lastOf(item, known);
          return shorter;
        }),
      );
    }
    case 'repeat':
      return { ...node, body: withoutImplied(node.body, node.max > 1 ? either(before, lastOf(node, before)) : before) };
    case 'look':
      if (!node.negative && node.direction === 'behind' && before !== undefined) {
        if (node.body.kind === 'chars' && includes(node.body.set, before)) return empty;
      }
      return node;
    default:
      return mapChildren(node, (child) => withoutImplied(child, before));
  }
}

/** What stands before the place behind the part. */
function lastOf(node: RegexNode, before: Before): Before {
  switch (node.kind) {
    case 'chars':
      return node.set;
    case 'anchor':
    case 'look':
      return before;
    case 'sequence':
      return node.items.reduce<Before>((known, item) => lastOf(item, known), before);
    case 'alternation':
      return node.branches.map((branch) => lastOf(branch, before)).reduce(either, nothing);
    case 'group':
    case 'atomic':
      return lastOf(node.body, before);
    case 'repeat':
      return lastOfRepeat(node, before);
    case 'reference':
    case 'conditional':
      return undefined;
  }
}

function lastOfRepeat({ min, body }: Repeat, before: Before): Before {
  if (isNullable(body)) return undefined;
  const last = lastOf(body, undefined);
  return min > 0 ? last : either(before, last);
}

const nothing: CharSet = { ranges: [], categories: [], negated: false };

function isPlain(set: CharSet): boolean {
  return !set.negated && set.categories.length === 0;
}

function either(a: Before, b: Before): Before {
  if (a === undefined || b === undefined || !isPlain(a) || !isPlain(b)) return undefined;
  return { ...a, ranges: union([...a.ranges, ...b.ranges]) };
}

function includes(set: CharSet, part: CharSet): boolean {
  if (!isPlain(set) || !isPlain(part)) return false;
  return part.ranges.every(([first, last]) => set.ranges.some((range) => range[0] <= first && last <= range[1]));
}

/** Turns each `$` at the very end into a `tail`. */
function withTail(node: RegexNode): RegexNode {
  switch (node.kind) {
    case 'anchor':
      return node.at === 'end' ? { ...node, at: 'tail' } : node;
    case 'sequence': {
      const last = node.items.at(-1);
      return last === undefined ? node : sequence([...node.items.slice(0, -1), withTail(last)]);
    }
    case 'alternation':
      return alternation(node.branches.map(withTail));
    default:
      return node;
  }
}
