/**
 * Rewrites a regex so that it no longer asks whether a group took part: `(x)?y(?(1)a|b)` becomes
 * `(?:(x)ya|yb)`, the same ways in the same order. JavaScript has no conditionals, and its back-references to
 * groups that took no part match where Python's fail. What cannot be rewritten stays a conditional.
 */
import { alwaysSets, askedGroups, groupsIn, hasOneWay, sizeOf, some } from './facts.js';
import { alternation, empty, mapChildren, never, type RegexNode, type Repeat, sequence } from './syntax.js';

/** How many nodes that follow choices may be copied. */
const maxNodes = 5_000;

/** Groups known to have taken part (true) or not (false); others may or may not have. */
type Known = ReadonlyMap<number, boolean>;

/** One way through a choice, and whether the group takes part on it. */
interface Way {
  readonly node: RegexNode;
  readonly sets: boolean;
}

/**
 * After this every back-reference is to a group that has taken part, or guarded by a conditional. Undefined for a
 * regex that would become too large.
 */
export function resolveConditions(root: RegexNode): RegexNode | undefined {
  const asked = askedGroups(root);
  if (asked.length === 0) return root;
  const resolver = new Resolver();
  const resolved = resolver.resolve(root, new Map(asked.map((group) => [group, false])));
  return resolver.isFull ? undefined : resolved;
}

class Resolver {
  #copied = 0;

  get isFull(): boolean {
    return this.#copied > maxNodes;
  }

  resolve(node: RegexNode, known: Known): RegexNode {
    switch (node.kind) {
      case 'sequence':
        return sequence(this.#sequence(node.items, known));
      case 'conditional':
        return this.#conditional(node, known);
      case 'reference':
        return this.#reference(node, known);
      case 'repeat':
        return { ...node, body: this.resolve(node.body, node.max > 1 ? forget(known, groupsIn(node.body)) : known) };
      default:
        return mapChildren(node, (child) => this.resolve(child, known));
    }
  }

  #conditional(node: RegexNode & { kind: 'conditional' }, known: Known): RegexNode {
    const state = known.get(node.number);
    if (state !== undefined) return this.resolve(state ? node.yes : node.no, known);
    const yes = this.resolve(node.yes, new Map(known).set(node.number, true));
    return { ...node, yes, no: this.resolve(node.no, new Map(known).set(node.number, false)) };
  }

  #reference(node: RegexNode & { kind: 'reference' }, known: Known): RegexNode {
    const state = known.get(node.number);
    if (state === true) return node;
    if (state === false) return never;
    return { kind: 'conditional', number: node.number, yes: node, no: never };
  }

  #sequence(items: readonly RegexNode[], before: Known): RegexNode[] {
    const done: RegexNode[] = [];
    let known = before;
    for (const [index, item] of items.entries()) {
      const resolved = this.resolve(item, known);
      const ways = this.#split(resolved, items, index, known);
      if (ways !== undefined) {
        const rest = items.slice(index + 1);
        const start = known;
        this.#copied += rest.reduce((sum, node) => sum + sizeOf(node), 0);
        const branches = ways.map(({ node }) => sequence(this.#sequence([node, ...rest], start)));
        return [...done, alternation(branches)];
      }
      done.push(resolved);
      known = learn(known, item);
    }
    return done;
  }

  /**
   * The ways through `item`, which stands at `index` of `items`, when what follows asks about a group in it; undefined
   * when there is nothing to split.
   */
  #split(item: RegexNode, items: readonly RegexNode[], index: number, known: Known): readonly Way[] | undefined {
    if (this.isFull) return undefined;
    for (const group of groupsIn(item)) {
      if (alwaysSets(item, group) || !known.has(group)) continue;
      if (!items.slice(index + 1).some((node) => asksAbout(node, group))) continue;
      const ways = waysThrough(item, group);
      if (ways !== undefined && ways.length > 1) return ways;
    }
    return undefined;
  }
}

function forget(known: Known, groups: readonly number[]): Known {
  const less = new Map(known);
  for (const group of groups) less.delete(group);
  return less;
}

/** What is known after `item`. A group inside of a loop (unknown before) stays unknown unless it is set for certain. */
function learn(known: Known, item: RegexNode): Known {
  const groups = groupsIn(item);
  if (groups.length === 0 || (item.kind === 'look' && item.negative)) return known;
  const more = new Map(known);
  for (const group of groups) {
    if (alwaysSets(item, group)) more.set(group, true);
    else more.delete(group);
  }
  return more;
}

function asksAbout(node: RegexNode, group: number): boolean {
  return some(node, (inner) => (inner.kind === 'conditional' || inner.kind === 'reference') && inner.number === group);
}

function containsGroup(node: RegexNode, group: number): boolean {
  return some(node, (inner) => inner.kind === 'group' && inner.number === group);
}

/** The part as an ordered list of ways, on each of which the group is surely set or surely not. */
function waysThrough(node: RegexNode, group: number): readonly Way[] | undefined {
  if (!containsGroup(node, group)) return [{ node, sets: false }];
  if (alwaysSets(node, group)) return [{ node, sets: true }];
  switch (node.kind) {
    case 'alternation':
      return joined(node.branches.map((branch) => waysThrough(branch, group)));
    case 'group':
      return waysThrough(node.body, group)?.map((way) => ({ ...way, node: { ...node, body: way.node } }));
    case 'sequence':
      return waysThroughSequence(node.items, group);
    case 'repeat':
      return waysThroughRepeat(node, group);
    default:
      return undefined;
  }
}

function waysThroughSequence(items: readonly RegexNode[], group: number): readonly Way[] | undefined {
  const at = items.findIndex((item) => containsGroup(item, group));
  const chosen = items[at];
  const before = items.slice(0, at);
  // The copies of what stands before must not have choices of their own: those come first in Python's order.
  if (chosen === undefined || !before.every(hasOneWay)) return undefined;
  const after = items.slice(at + 1);
  return waysThrough(chosen, group)?.map((way) => ({ ...way, node: sequence([...before, way.node, ...after]) }));
}

function waysThroughRepeat(node: Repeat, group: number): readonly Way[] | undefined {
  if (node.mode === 'possessive' || node.min > 0) return undefined;
  const none: Way = { node: empty, sets: false };
  const rounds = node.max === 1 ? waysThrough(node.body, group) : waysThroughLoop(node, group);
  if (rounds === undefined) return undefined;
  return node.mode === 'greedy' ? [...rounds, none] : [none, ...rounds];
}

function waysThroughLoop(node: Repeat, group: number): readonly Way[] | undefined {
  return alwaysSets(node.body, group) ? [{ node: { ...node, min: 1 }, sets: true }] : undefined;
}

/** One list of ways, neighbours with the same outcome as one. */
function joined(lists: readonly (readonly Way[] | undefined)[]): readonly Way[] | undefined {
  const ways: Way[] = [];
  for (const list of lists) {
    if (list === undefined) return undefined;
    for (const way of list) {
      const last = ways.at(-1);
      if (last?.sets === way.sets) ways[ways.length - 1] = { ...way, node: alternation([last.node, way.node]) };
      else ways.push(way);
    }
  }
  return ways;
}
