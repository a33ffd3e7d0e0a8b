/** Plain facts about parts of a regex, used to decide what V8 does the same way as Python. */
import { children, type RegexNode, type Repeat } from './syntax.js';
import { widthOf } from './width.js';

const noWidths: ReadonlyMap<number, readonly [number, number]> = new Map();

/** Whether the part can match without taking a character; in doubt yes. */
export function isNullable(node: RegexNode): boolean {
  return widthOf(node, noWidths)[0] === 0;
}

/** Whether the part never takes a character. */
export function isZeroWidth(node: RegexNode): boolean {
  return widthOf(node, noWidths)[1] === 0;
}

export function some(node: RegexNode, test: (node: RegexNode) => boolean): boolean {
  return test(node) || children(node).some((child) => some(child, test));
}

/** How many nodes there are. */
export function sizeOf(node: RegexNode): number {
  return children(node).reduce((sum, child) => sum + sizeOf(child), 1);
}

/** The numbers of the groups inside. */
export function groupsIn(node: RegexNode): number[] {
  const groups: number[] = [];
  some(node, (inner) => {
    if (inner.kind === 'group') groups.push(inner.number);
    return false;
  });
  return groups;
}

/** The numbers of the groups that conditionals and back-references name. */
export function askedGroups(node: RegexNode): number[] {
  const groups = new Set<number>();
  some(node, (inner) => {
    if (inner.kind === 'conditional' || inner.kind === 'reference') groups.add(inner.number);
    return false;
  });
  return [...groups];
}

/** Whether the group has taken part whenever the part has matched. */
export function alwaysSets(node: RegexNode, group: number): boolean {
  switch (node.kind) {
    case 'chars':
    case 'anchor':
    case 'reference':
      return false;
    case 'group':
      return node.number === group || alwaysSets(node.body, group);
    case 'sequence':
      return node.items.some((item) => alwaysSets(item, group));
    case 'alternation':
      return node.branches.every((branch) => alwaysSets(branch, group));
    case 'conditional':
      return alwaysSets(node.yes, group) && alwaysSets(node.no, group);
    case 'repeat':
      return node.min > 0 && alwaysSets(node.body, group);
    case 'atomic':
      return alwaysSets(node.body, group);
    case 'look':
      return !node.negative && alwaysSets(node.body, group);
  }
}

/** Whether there is at most one way in which the part can match at a given place. */
export function hasOneWay(node: RegexNode): boolean {
  switch (node.kind) {
    case 'chars':
    case 'anchor':
    case 'reference':
    case 'look':
    case 'atomic':
      return true;
    case 'group':
      return hasOneWay(node.body);
    case 'sequence':
      return node.items.every(hasOneWay);
    case 'alternation':
      return node.branches.length < 2 && node.branches.every(hasOneWay);
    case 'conditional':
      return hasOneWay(node.yes) && hasOneWay(node.no);
    case 'repeat':
      return node.mode === 'possessive' || (node.min === node.max && hasOneWay(node.body));
  }
}

/**
 * Whether the part prefers every way of taking characters to taking none. For a greedy repetition of such a part
 * it makes no difference that V8 gives up an empty round and Python goes on behind it.
 */
export function prefersTaking(node: RegexNode): boolean {
  switch (node.kind) {
    case 'chars':
    case 'anchor':
    case 'reference':
    case 'look':
    case 'atomic':
      return true;
    case 'group':
      return prefersTaking(node.body);
    case 'sequence':
      return node.items.every(prefersTaking);
    case 'alternation': {
      const firstNullable = node.branches.findIndex(isNullable);
      const rest = firstNullable < 0 ? [] : node.branches.slice(firstNullable + 1);
      return node.branches.every(prefersTaking) && rest.every(isZeroWidth);
    }
    case 'conditional':
      return prefersTaking(node.yes) && prefersTaking(node.no);
    case 'repeat':
      return node.mode === 'possessive' || isZeroWidth(node) || (node.mode === 'greedy' && prefersTaking(node.body));
  }
}

/** Whether a second round of the repetition would add nothing to the first. */
export function isSingleRound({ max, body }: Repeat): boolean {
  return max === 1 || (isZeroWidth(body) && hasOneWay(body));
}
