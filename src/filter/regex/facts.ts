/** Plain facts about parts of a regex, used to decide what V8 does the same way as Python. */
import { type Alternation, children, type RegexNode, type Repeat } from './syntax.js';
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

/** Whether the node or one below it passes the test. */
export function some(node: RegexNode, test: (node: RegexNode) => boolean): boolean {
  return test(node) || children(node).some((child) => some(child, test));
}

/** How many nodes there are. */
export function sizeOf(node: RegexNode): number {
  return children(node).reduce((sum, child) => sum + sizeOf(child), 1);
}

/** How many parts there are that can match in several ways. */
export function choicesIn(node: RegexNode): number {
  const isOne = node.kind === 'alternation' || (node.kind === 'repeat' && node.min !== node.max);
  return children(node).reduce((sum, child) => sum + choicesIn(child), isOne ? 1 : 0);
}

/** The numbers of the groups inside. */
export function groupsIn(node: RegexNode): number[] {
  const inner = children(node).flatMap(groupsIn);
  return node.kind === 'group' ? [node.number, ...inner] : inner;
}

/** The numbers of the groups that conditionals and back-references name. */
export function askedGroups(node: RegexNode): number[] {
  const inner = children(node).flatMap(askedGroups);
  return node.kind === 'conditional' || node.kind === 'reference' ? [node.number, ...inner] : inner;
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

/**
 * Whether something holds for all choices that the engine can come back to: alternations and repetitions. Those inside
 * of atomic groups and look-arounds are made once.
 */
function everyChoice(node: RegexNode, holds: (choice: Alternation | Repeat) => boolean): boolean {
  switch (node.kind) {
    case 'look':
    case 'atomic':
      return true;
    case 'alternation':
    case 'repeat':
      return holds(node);
    default:
      return children(node).every((child) => everyChoice(child, holds));
  }
}

/** Whether there is at most one way in which the part can match at a given place. */
export function hasOneWay(node: RegexNode): boolean {
  return everyChoice(node, (choice) => {
    if (choice.kind === 'alternation') return choice.branches.length < 2 && choice.branches.every(hasOneWay);
    return choice.mode === 'possessive' || (choice.min === choice.max && hasOneWay(choice.body));
  });
}

/**
 * Whether the part prefers every way of taking characters to taking none. For a greedy repetition of such a part
 * it makes no difference that V8 gives up an empty round and Python goes on behind it.
 */
export function prefersTaking(node: RegexNode): boolean {
  return everyChoice(node, (choice) => {
    if (choice.kind === 'repeat') {
      const { mode, body } = choice;
      return mode === 'possessive' || isZeroWidth(choice) || (mode === 'greedy' && prefersTaking(body));
    }
    const firstNullable = choice.branches.findIndex(isNullable);
    const rest = firstNullable < 0 ? [] : choice.branches.slice(firstNullable + 1);
    return choice.branches.every(prefersTaking) && rest.every(isZeroWidth);
  });
}

/** Whether a second round of the repetition would add nothing to the first. */
export function isSingleRound({ max, body }: Repeat): boolean {
  return max === 1 || (isZeroWidth(body) && hasOneWay(body));
}
