/**
 * What is risky about the regexes of a filter: a client that may choose a part of a message must not be able to say who
 * failed. Nothing here is an error; a regex may know more of its program than can be seen from it.
 */
import type { Problem } from '../core/problem.js';
import type { Filter } from './load-filter.js';
import { charTest } from './regex/characters/char-test.js';
import { children, type RegexNode } from './regex/syntax.js';
import type { Rule } from './rule.js';
import { identifyingGroups } from './tags/expand.js';

/** Where free text stands in a regex, seen from the address. */
interface Layout {
  readonly hasAddress: boolean;
  /** Something that takes any text may stand before, or behind, the address. */
  readonly isFreeBefore: boolean;
  readonly isFreeBehind: boolean;
  /** Nothing is asked of what comes behind the address. */
  readonly isOpen: boolean;
}

/** All that is risky, in the order of the regexes. */
export function lintFilter({ prefregex, failregex }: Filter): readonly Problem[] {
  const seen = new Map<string, Rule>();
  return [...(prefregex === undefined ? [] : [prefregex]), ...failregex].flatMap((rule) => {
    const twin = seen.get(rule.written);
    seen.set(rule.written, rule);
    return [...lintRule(rule), ...(twin === undefined ? [] : [repeated(rule, twin)])];
  });
}

function lintRule(rule: Rule): readonly Problem[] {
  const { root, groups } = rule.regex;
  const numbers = new Set(groups.flatMap((name, number) => (identifyingGroups.includes(name) ? [number] : [])));
  // A session's name is no address.
  numbers.delete(groups.indexOf('mlfid'));
  const layout = layoutOf(root, numbers);
  const isAnchored = beginsAnchored(root);
  const problems: Problem[] = [];
  if (!isAnchored) problems.push(unanchored(rule));
  if (!layout.hasAddress) return problems;
  const isGuarded = has(root, (node) => node.kind === 'look' && node.negative && node.direction === 'ahead');
  const isClosed = endsAnchored(root) && !layout.isFreeBehind;
  if (layout.isFreeBefore && !isClosed && !isGuarded) problems.push(plantable(rule));
  if (layout.isOpen && !endsAnchored(root)) problems.push(openEnd(rule));
  return problems;
}

function has(node: RegexNode, test: (node: RegexNode) => boolean): boolean {
  return test(node) || children(node).some((child) => has(child, test));
}

/** What a program puts around texts: a set that leaves one of these out ends where the program ends the text. */
const DELIMITERS = [' ', '1', '.', ':', '[', ']', '(', ')', '"', "'", '<', '>', ',', '{', '}', '`'];

/** Any run of characters that an address and the words around it would fit into. */
function isFree(node: RegexNode): boolean {
  if (node.kind !== 'repeat' || node.max < 16) return false;
  const { body } = node;
  if (body.kind !== 'chars') return false;
  const holds = charTest(body.set);
  return DELIMITERS.every((character) => holds(character.codePointAt(0) ?? 0));
}

function layoutOf(node: RegexNode, addresses: ReadonlySet<number>): Layout {
  if (node.kind === 'look') return { hasAddress: false, isFreeBefore: false, isFreeBehind: false, isOpen: false };
  if (node.kind === 'group' && addresses.has(node.number)) {
    return { hasAddress: true, isFreeBefore: false, isFreeBehind: false, isOpen: true };
  }
  const inner = children(node).map((child) => layoutOf(child, addresses));
  if (node.kind === 'sequence') return inSequence(node.items, inner);
  return {
    hasAddress: inner.some(({ hasAddress }) => hasAddress),
    isFreeBefore: isFree(node) || inner.some(({ isFreeBefore }) => isFreeBefore),
    isFreeBehind: inner.some(({ isFreeBehind }) => isFreeBehind),
    isOpen: inner.some(({ isOpen }) => isOpen),
  };
}

/** What has no address counts as free before one that follows. */
function inSequence(items: readonly RegexNode[], inner: readonly Layout[]): Layout {
  const first = inner.findIndex(({ hasAddress }) => hasAddress);
  const isFreeAt = (index: number) => inner[index]?.isFreeBefore === true;
  if (first < 0)
    return { hasAddress: false, isFreeBefore: items.some((_, i) => isFreeAt(i)), isFreeBehind: false, isOpen: false };
  const last = inner.findLastIndex(({ hasAddress }) => hasAddress);
  const behind = items.slice(last + 1);
  return {
    hasAddress: true,
    isFreeBefore: items.slice(0, first + 1).some((_, i) => isFreeAt(i)),
    isFreeBehind: behind.some((_, i) => isFreeAt(last + 1 + i)) || inner[last]?.isFreeBehind === true,
    isOpen: inner[last]?.isOpen === true && behind.every(mayBeNothing),
  };
}

function mayBeNothing(node: RegexNode): boolean {
  switch (node.kind) {
    case 'chars':
    case 'reference':
    case 'anchor':
    case 'look':
      return false;
    case 'repeat':
      return node.min === 0;
    case 'alternation':
      return node.branches.some(mayBeNothing);
    case 'sequence':
      return node.items.every(mayBeNothing);
    default:
      return children(node).every(mayBeNothing);
  }
}

function beginsAnchored(node: RegexNode): boolean {
  switch (node.kind) {
    case 'anchor':
      return node.at === 'text-start' || node.at === 'line-start';
    case 'sequence': {
      const [first] = node.items;
      return first !== undefined && beginsAnchored(first);
    }
    case 'alternation':
      return node.branches.every(beginsAnchored);
    case 'group':
    case 'atomic':
      return beginsAnchored(node.body);
    default:
      return false;
  }
}

function endsAnchored(node: RegexNode): boolean {
  switch (node.kind) {
    case 'anchor':
      return ['text-end', 'end', 'tail', 'line-end'].includes(node.at);
    case 'sequence': {
      const last = node.items.at(-1);
      return last !== undefined && endsAnchored(last);
    }
    case 'alternation':
      return node.branches.every(endsAnchored);
    case 'group':
    case 'atomic':
      return endsAnchored(node.body);
    default:
      return false;
  }
}

function warning({ file, line, kind, written }: Rule, message: string, hint: string): Problem {
  const text = written.length > 80 ? `${written.slice(0, 80)}…` : written;
  return { file, line, message: `${kind} "${text}" ${message}`, hint, severity: 'warning' };
}

function unanchored(rule: Rule): Problem {
  return warning(rule, 'may match anywhere in a line', 'begin it with ^ and what stands before, or ^%(__prefix_line)s');
}

function plantable(rule: Rule): Problem {
  return warning(
    rule,
    'takes any text before the address, and does not say how the line ends',
    'a client that chooses that text can name somebody else: spell out what follows the address, up to $, or what may stand before it',
  );
}

function openEnd(rule: Rule): Problem {
  return warning(rule, 'ends with the address', 'say what follows it: $, \\b, a blank or a port');
}

function repeated(rule: Rule, twin: Rule): Problem {
  return warning(rule, `is the same as that in line ${twin.line}`, 'drop one of them');
}
