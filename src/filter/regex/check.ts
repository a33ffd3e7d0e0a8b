/** Says what V8 makes of a resolved regex (resolveConditions) as compared with Python. */
import { alwaysSets, askedGroups, groupsIn, isNullable, isSingleRound, prefersTaking, some } from './facts.js';
import { children, type RegexNode, type Repeat } from './syntax.js';

/** `groups`: the same match, but some groups hold another text. `match`: perhaps another match. */
export type Difference = 'none' | 'groups' | 'match';

/** `read` are the groups whose text somebody wants. */
export function differenceOf(root: RegexNode, read: ReadonlySet<number>): Difference {
  if (some(root, (node) => node.kind === 'conditional' || isCasedReference(node, root))) return 'match';
  const asked = new Set(askedGroups(root));
  const differences = loopsIn(root).map((loop) => loopDifference(loop, read, asked));
  if (differences.includes('match')) return 'match';
  return differences.includes('groups') ? 'groups' : 'none';
}

/** The repetitions that can have more than one round. */
function loopsIn(node: RegexNode): readonly Repeat[] {
  const inner = children(node).flatMap(loopsIn);
  return node.kind === 'repeat' && node.max > 1 ? [node, ...inner] : inner;
}

function loopDifference(loop: Repeat, read: ReadonlySet<number>, asked: ReadonlySet<number>): Difference {
  const groups = groupsIn(loop.body).filter((group) => read.has(group));
  const skipsRound = loop.min !== loop.max && isNullable(loop.body) && !isSingleRound(loop);
  if (skipsRound && loop.mode !== 'lazy' && !prefersTaking(loop.body)) return 'match';
  // V8 forgets at each round what the groups inside held; Python keeps the last text. And of an empty round,
  // which V8 takes back, Python keeps the groups.
  const changed = groups.filter((group) => skipsRound || !alwaysSets(loop.body, group) || asksBefore(loop.body, group));
  if (changed.some((group) => asked.has(group))) return 'match';
  return changed.length > 0 ? 'groups' : 'none';
}

/** Whether the body asks about the group at a place where this round may not have set it yet. */
function asksBefore(body: RegexNode, group: number): boolean {
  if (body.kind === 'reference') return body.number === group;
  if (body.kind !== 'sequence') return children(body).some((child) => asksBefore(child, group));
  for (const item of body.items) {
    if (asksBefore(item, group)) return true;
    if (alwaysSets(item, group)) return false;
  }
  return false;
}

/** A back-reference that ignores case, to something that has case: V8 could ignore it only everywhere. */
function isCasedReference(node: RegexNode, root: RegexNode): boolean {
  if (node.kind !== 'reference' || !node.ignorecase) return false;
  return some(root, (group) => group.kind === 'group' && group.number === node.number && some(group.body, hasCase));
}

/** In doubt yes; ASCII without letters has no case. */
function hasCase(node: RegexNode): boolean {
  if (node.kind !== 'chars') return node.kind === 'reference';
  const { ranges, categories, negated } = node.set;
  return (
    negated ||
    categories.length > 0 ||
    ranges.some(([first, last]) => last > 0x40 && !(first > 0x5a && last < 0x61) && !(first > 0x7a && last < 0x80))
  );
}
