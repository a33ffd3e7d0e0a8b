/**
 * Finds what V8 would do differently from Python and the translation does not even out: such a regex is refused.
 * The tree must have been resolved (resolveConditions).
 */
import { alwaysSets, askedGroups, groupsIn, isNullable, isZeroWidth, prefersTaking, some } from './facts.js';
import { children, type RegexNode, type RegexProblem, type Repeat } from './syntax.js';

/** `groups` are the numbers whose text somebody reads: the named ones and those referred to. */
export function differences(root: RegexNode, groups: ReadonlySet<number>, names: readonly string[]): RegexProblem[] {
  const problems: RegexProblem[] = [];
  visit(root, { read: groups, names, problems, root });
  return problems;
}

interface Context {
  readonly read: ReadonlySet<number>;
  readonly names: readonly string[];
  readonly problems: RegexProblem[];
  readonly root: RegexNode;
}

function visit(node: RegexNode, context: Context): void {
  if (node.kind === 'repeat' && node.max > 1) checkLoop(node, context);
  if (node.kind === 'reference' && node.ignorecase && !isCaseless(node.number, context.root)) {
    context.problems.push({
      index: node.index,
      message: `a back-reference to ${label(node.number, context)} that ignores case is not supported`,
    });
  }
  for (const child of children(node)) visit(child, context);
}

function label(group: number, { names }: Context): string {
  const name = names[group];
  return name === undefined || name === '' ? `group ${group}` : `group ${name}`;
}

/** JavaScript forgets at each round of a loop what the groups inside held; Python keeps the last that took part. */
function checkLoop(loop: Repeat, context: Context): void {
  const groups = groupsIn(loop.body).filter((group) => context.read.has(group));
  for (const group of groups) {
    const lost = !alwaysSets(loop.body, group);
    if (lost || asksBefore(loop.body, group)) {
      const message = `Python keeps the text of ${label(group, context)} from an earlier round of this repetition, which is not supported`;
      context.problems.push({ index: loop.index, message });
    }
  }
  if (loop.min === loop.max || !isNullable(loop.body)) return;
  // An empty round: V8 takes it back, Python keeps it (with its groups) and goes on behind the loop.
  const groupsMatter = groups.length > 0;
  const orderMatters = loop.mode !== 'lazy' && !prefersTaking(loop.body);
  if (isZeroWidth(loop.body) ? !groupsMatter : !groupsMatter && !orderMatters) return;
  context.problems.push({
    index: loop.index,
    message: 'the repetition of something that can match nothing is not supported here',
  });
}

/** Whether the body asks about the group at a place where this round may not have set it yet. */
function asksBefore(body: RegexNode, group: number): boolean {
  if (!askedGroups(body).includes(group)) return false;
  if (body.kind === 'conditional' && body.number === group) return true;
  if (body.kind === 'reference') return body.number === group;
  if (body.kind === 'sequence') {
    for (const item of body.items) {
      if (asksBefore(item, group)) return true;
      if (alwaysSets(item, group)) return false;
    }
    return false;
  }
  return children(body).some((child) => asksBefore(child, group));
}

/** Whether nothing the group can hold has an upper and a lower case. */
function isCaseless(group: number, root: RegexNode): boolean {
  return !some(root, (node) => {
    if (node.kind !== 'group' || node.number !== group) return false;
    return some(node.body, (inner) => {
      if (inner.kind === 'reference') return true;
      return (
        inner.kind === 'chars' && (inner.set.negated || inner.set.categories.length > 0 || hasLetters(inner.set.ranges))
      );
    });
  });
}

/** ASCII that is no letter is caseless; everything else may have case. */
function hasLetters(ranges: readonly (readonly [number, number])[]): boolean {
  return ranges.some(
    ([first, last]) => last > 0x7f || (last >= 0x41 && first <= 0x5a) || (last >= 0x61 && first <= 0x7a),
  );
}
