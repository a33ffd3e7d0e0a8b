/**
 * Texts that a regex cannot do without: every match contains at least one of them. Looking for them first spares
 * most lines the regex itself.
 */
import { caseVariants } from './case-fold.js';
import { type CharSet, ignoringCase, oneChar, onlyChar } from './char-set.js';
import { narrowClass } from './narrow-class.js';
import type { RegexNode } from './syntax.js';
import { wideClass } from './wide-class.js';

export interface Literal {
  readonly text: string;
  /** The text counts in any case, Python's way (`ſ` is an `s`). */
  readonly ignorecase: boolean;
}

/** Shorter texts are in most lines anyway. */
const minLength = 3;
const maxLiterals = 32;

/** At least one of these is in every match; empty when nothing useful can be said. */
export function requiredLiterals(root: RegexNode): readonly Literal[] {
  const best = bestOf(root);
  return shortest(best) < minLength ? [] : best;
}

/** JavaScript source that finds any of the literals, for texts within Latin-1 or (flag u) any text. */
export function literalSource(literals: readonly Literal[], form: 'narrow' | 'wide'): string {
  const write = form === 'narrow' ? narrowClass : wideClass;
  return literals
    .map(({ text, ignorecase }) =>
      Array.from(text, (char) => {
        const set = oneChar(char.codePointAt(0) ?? 0);
        return write(ignorecase ? ignoringCase(set, false) : set);
      }).join(''),
    )
    .join('|');
}

function shortest(literals: readonly Literal[]): number {
  return literals.length === 0 ? 0 : Math.min(...literals.map(({ text }) => text.length));
}

/** The better of two sets: the one whose shortest text is longer, then the one with fewer texts. */
function better(a: readonly Literal[], b: readonly Literal[]): readonly Literal[] {
  const difference = shortest(a) - shortest(b);
  if (difference !== 0) return difference > 0 ? a : b;
  return a.length <= b.length ? a : b;
}

function bestOf(node: RegexNode): readonly Literal[] {
  let best: readonly Literal[] = [];
  let run: Literal = { text: '', ignorecase: false };
  for (const item of flatten(node)) {
    const letter = item.kind === 'chars' ? letterOf(item.set) : undefined;
    if (letter !== undefined) {
      run = { text: run.text + letter.text, ignorecase: run.ignorecase || letter.ignorecase };
      continue;
    }
    best = better(best, [run]);
    // What takes no character does not part the texts beside it.
    if (item.kind !== 'anchor' && item.kind !== 'look') run = { text: '', ignorecase: false };
    best = better(best, alternatives(item));
  }
  return better(best, [run]);
}

/** The parts in their order, groups opened up. */
function flatten(node: RegexNode): readonly RegexNode[] {
  switch (node.kind) {
    case 'sequence':
      return node.items.flatMap(flatten);
    case 'group':
    case 'atomic':
      return flatten(node.body);
    default:
      return [node];
  }
}

function alternatives(node: RegexNode): readonly Literal[] {
  switch (node.kind) {
    case 'alternation':
      return eitherOf(node.branches);
    case 'conditional':
      return eitherOf([node.yes, node.no]);
    case 'repeat':
      return node.min > 0 ? bestOf(node.body) : [];
    default:
      return [];
  }
}

function eitherOf(branches: readonly RegexNode[]): readonly Literal[] {
  const found = new Map<string, Literal>();
  for (const branch of branches) {
    const literals = bestOf(branch);
    if (shortest(literals) < minLength) return [];
    for (const literal of literals) found.set(`${literal.ignorecase} ${literal.text}`, literal);
    if (found.size > maxLiterals) return [];
  }
  return [...found.values()];
}

/** The one letter a set stands for, perhaps in several cases. */
function letterOf(set: CharSet): Literal | undefined {
  const only = onlyChar(set);
  if (only !== undefined) return { text: String.fromCodePoint(only), ignorecase: false };
  const [first, ...others] = fewMembers(set);
  if (first === undefined) return undefined;
  const variants = caseVariants([[first, first]], false).map(([point]) => point);
  if (!others.every((point) => variants.includes(point))) return undefined;
  return { text: String.fromCodePoint(first).toLowerCase(), ignorecase: true };
}

/** The members of a small set; none for a larger one. */
function fewMembers({ ranges, categories, negated }: CharSet): number[] {
  const size = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  if (negated || categories.length > 0 || size > 8) return [];
  return ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, index) => first + index));
}
