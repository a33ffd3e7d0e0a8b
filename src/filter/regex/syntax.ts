/**
 * The tree a Python regex is read into. Flags are resolved while reading: a node says what it matches and
 * depends on no flag around it.
 */
import type { CharSet } from './characters/char-set.js';

/**
 * Places that match without consuming. `end` is Python's `$`: also before a final newline; `tail` is one with
 * nothing behind it.
 */
export type AnchorKind =
  | 'text-start'
  | 'line-start'
  | 'text-end'
  | 'end'
  | 'tail'
  | 'line-end'
  | 'boundary'
  | 'not-boundary';

export type RepeatMode = 'greedy' | 'lazy' | 'possessive';

/** No upper limit, as in `*`. */
export const unlimited = Number.POSITIVE_INFINITY;

export interface Chars {
  readonly kind: 'chars';
  readonly set: CharSet;
}
export interface Sequence {
  readonly kind: 'sequence';
  readonly items: readonly RegexNode[];
}
/** Tried from left to right; without branches it never matches. */
export interface Alternation {
  readonly kind: 'alternation';
  readonly branches: readonly RegexNode[];
}
export interface Group {
  readonly kind: 'group';
  /** Python's number, from 1. */
  readonly number: number;
  readonly body: RegexNode;
}
export interface Repeat {
  readonly kind: 'repeat';
  readonly min: number;
  readonly max: number;
  readonly mode: RepeatMode;
  readonly body: RegexNode;
}
export interface Atomic {
  readonly kind: 'atomic';
  readonly body: RegexNode;
}
export interface Look {
  readonly kind: 'look';
  readonly direction: 'ahead' | 'behind';
  readonly negative: boolean;
  readonly body: RegexNode;
  /** How many characters a look-behind goes back; 0 for a look-ahead. */
  readonly width: number;
}
export interface Anchor {
  readonly kind: 'anchor';
  readonly at: AnchorKind;
  /** Word characters are ASCII only, for the boundaries under `(?a)`. */
  readonly ascii: boolean;
}
export interface BackReference {
  readonly kind: 'reference';
  readonly number: number;
  readonly ignorecase: boolean;
  readonly ascii: boolean;
}
export interface Conditional {
  readonly kind: 'conditional';
  readonly number: number;
  readonly yes: RegexNode;
  readonly no: RegexNode;
}

export type RegexNode =
  | Chars
  | Sequence
  | Alternation
  | Group
  | Repeat
  | Atomic
  | Look
  | Anchor
  | BackReference
  | Conditional;

/** A regex as read: the tree and its groups. */
export interface PythonRegex {
  readonly root: RegexNode;
  /** Names by number, '' for a group without one; index 0 stands for the whole match. */
  readonly groups: readonly string[];
}

/** One thing wrong with a regex, and where: an index into its text. */
export interface RegexProblem {
  readonly index: number;
  readonly message: string;
}

export const empty: Sequence = { kind: 'sequence', items: [] };
export const never: Alternation = { kind: 'alternation', branches: [] };

/** A sequence with inner sequences opened up; a single item stands for itself. */
export function sequence(items: readonly RegexNode[]): RegexNode {
  const flat = items.some(({ kind }) => kind === 'sequence')
    ? items.flatMap((item) => (item.kind === 'sequence' ? item.items : [item]))
    : items;
  const [only] = flat;
  return only !== undefined && flat.length === 1 ? only : { kind: 'sequence', items: flat };
}

export function alternation(branches: readonly RegexNode[]): RegexNode {
  const [only] = branches;
  return only !== undefined && branches.length === 1 ? only : { kind: 'alternation', branches };
}

/** The nodes directly below a node, in the order they are written. */
export function children(node: RegexNode): readonly RegexNode[] {
  switch (node.kind) {
    case 'chars':
    case 'anchor':
    case 'reference':
      return [];
    case 'sequence':
      return node.items;
    case 'alternation':
      return node.branches;
    case 'conditional':
      return [node.yes, node.no];
    case 'group':
    case 'repeat':
    case 'atomic':
    case 'look':
      return [node.body];
  }
}

/** The node with its children replaced by what `change` makes of them. */
export function mapChildren(node: RegexNode, change: (child: RegexNode) => RegexNode): RegexNode {
  switch (node.kind) {
    case 'chars':
    case 'anchor':
    case 'reference':
      return node;
    case 'sequence':
      return sequence(node.items.map(change));
    case 'alternation':
      return alternation(node.branches.map(change));
    case 'conditional':
      return { ...node, yes: change(node.yes), no: change(node.no) };
    case 'group':
    case 'repeat':
    case 'atomic':
    case 'look':
      return { ...node, body: change(node.body) };
  }
}
