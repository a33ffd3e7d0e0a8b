/**
 * Texts that a filter's own regexes take for a failure of a victim: what a client puts where it has a say, if the
 * program lets it. Look-arounds are passed over, so a text may miss its regex.
 */

import { charTest } from '../../../src/filter/regex/characters/char-test.js';
import type { RegexNode } from '../../../src/filter/regex/syntax.js';
import type { Rule } from '../../../src/filter/rule.js';

/** Characters that most sets hold one of; what a set has beside them is taken from its ranges. */
const usual = Array.from('x1 :').map((char) => char.charCodeAt(0));

/** With all that may be left out, or without it. */
type Extent = 'most' | 'least';

/** An example of each extent, and what is left of it where its address begins, a blank before it. */
export function regexExamples({ regex }: Rule, victim: string): readonly string[] {
  const texts = (['most', 'least'] as const).map((extent) => write(regex.root, regex.groups, victim, extent));
  const named = texts.filter((text) => text.includes(victim));
  return [...new Set([...named, ...named.map((text) => ` ${text.slice(text.lastIndexOf(victim))}`)])];
}

function write(node: RegexNode, groups: readonly string[], victim: string, extent: Extent): string {
  const inner = (child: RegexNode) => write(child, groups, victim, extent);
  switch (node.kind) {
    case 'chars':
      return String.fromCharCode(charOf(node.set));
    case 'sequence':
      return node.items.map(inner).join('');
    case 'alternation':
      return inner(node.branches[0] ?? { kind: 'sequence', items: [] });
    case 'group':
      return /^(?:alt_)?(?:ip4|ip6|dns)/.test(groups[node.number] ?? '') ? victim : inner(node.body);
    case 'repeat':
      return inner(node.body).repeat(extent === 'most' ? Math.max(1, node.min) : node.min);
    case 'atomic':
      return inner(node.body);
    case 'look':
    case 'anchor':
    case 'reference':
    case 'conditional':
      return '';
  }
}

function charOf(set: Parameters<typeof charTest>[0]): number {
  const holds = charTest(set);
  return usual.find(holds) ?? set.ranges[0]?.[0] ?? usual[0] ?? 0;
}
