/**
 * What is risky about the regexes of a filter: a client that may choose a part of a message must not be able to say who
 * failed. Nothing here is an error; a regex may know more of its program than can be seen from it.
 */
import type { Problem } from '../core/problem.js';
import type { Filter } from './load-filter.js';
import { charTest } from './regex/characters/char-test.js';
import { some } from './regex/facts.js';
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
  const problems: Problem[] = [];
  if (!isAnchored(root, BEGIN)) problems.push(unanchored(rule));
  if (!layout.hasAddress) return problems;
  const isGuarded = some(root, (node) => node.kind === 'look' && node.negative && node.direction === 'ahead');
  const isEnded = isAnchored(root, END);
  const isClosed = isEnded && !layout.isFreeBehind;
  if (layout.isFreeBefore && !isClosed && !isGuarded) problems.push(plantable(rule));
  if (layout.isOpen && !isEnded) problems.push(openEnd(rule));
  return problems;
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

/** The anchors of an end of a regex, and where in a sequence that end is. */
const BEGIN = { anchors: ['text-start', 'line-start'], item: 0 } as const;
const END = { anchors: ['text-end', 'end', 'tail', 'line-end'], item: -1 } as const;

/** True when the regex cannot match without being at that end of a text or line. */
function isAnchored(node: RegexNode, end: typeof BEGIN | typeof END): boolean {
  switch (node.kind) {
    case 'anchor':
      return end.anchors.some((at) => at === node.at);
    case 'sequence': {
      const outer = node.items.at(end.item);
      return outer !== undefined && isAnchored(outer, end);
    }
    case 'alternation':
      return node.branches.every((branch) => isAnchored(branch, end));
    case 'group':
    case 'atomic':
      return isAnchored(node.body, end);
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
