/**
 * Fits a regex to V8's engine that does not backtrack. It knows no look-around and no back-references, and it copies
 * what is repeated a number of times, for which it has a limit.
 */
import { type Anchor, alternation, type Chars, empty, type RegexNode, type Repeat, sequence } from './syntax.js';

/** kMaxReplicationFactor in V8's src/regexp/experimental/experimental-compiler.cc. */
const maxCopies = 16;

/** Longer repetitions of a character are not written out. */
const maxWritten = 64;

/** The regex in a form that engine takes; undefined when there is none. `copies` counts those of the loops around. */
export function fitLinear(node: RegexNode, copies = 1): RegexNode | undefined {
  switch (node.kind) {
    case 'chars':
      return node;
    case 'anchor':
      return isLinearAnchor(node) ? node : undefined;
    case 'sequence':
      return allOf(node.items, copies, sequence);
    case 'alternation':
      return allOf(node.branches, copies, alternation);
    case 'group': {
      const body = fitLinear(node.body, copies);
      return body && { ...node, body };
    }
    case 'repeat':
      return fitRepeat(node, copies);
    case 'look':
    case 'atomic':
    case 'reference':
    case 'conditional':
      return undefined;
  }
}

function isLinearAnchor({ at, ascii }: Anchor): boolean {
  return at === 'text-start' || at === 'text-end' || at === 'tail' || (at === 'boundary' && ascii);
}

function allOf(
  nodes: readonly RegexNode[],
  copies: number,
  join: (nodes: readonly RegexNode[]) => RegexNode,
): RegexNode | undefined {
  const fitted: RegexNode[] = [];
  for (const node of nodes) {
    const fit = fitLinear(node, copies);
    if (fit === undefined) return undefined;
    fitted.push(fit);
  }
  return join(fitted);
}

function fitRepeat(node: Repeat, copies: number): RegexNode | undefined {
  if (node.mode === 'possessive') return undefined;
  const own = Number.isFinite(node.max) ? Math.max(node.max, 1) : node.min + 1;
  if (copies * own > maxCopies) return node.body.kind === 'chars' ? writtenOut(node, node.body) : undefined;
  const body = fitLinear(node.body, copies * own);
  return body && { ...node, body };
}

/** `x{2,4}` as `xx(?:xx?)?`: the same ways in the same order. */
function writtenOut(node: Repeat, body: Chars): RegexNode | undefined {
  const { min, max } = node;
  if (min > maxWritten || (Number.isFinite(max) && max > maxWritten)) return undefined;
  const demanded = Array.from({ length: min }, () => body);
  if (!Number.isFinite(max)) return sequence([...demanded, { ...node, min: 0 }]);
  let optional: RegexNode = empty;
  for (let count = min; count < max; count++) optional = { ...node, min: 0, max: 1, body: sequence([body, optional]) };
  return sequence([...demanded, optional]);
}
