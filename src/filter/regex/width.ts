/** How many characters a part of a regex can take, as Python reckons it for look-behinds. */
import { type RegexNode, unlimited } from './syntax.js';

export type Width = readonly [min: number, max: number];

/** `groups` holds the widths of the groups that back-references can name. */
export function widthOf(node: RegexNode, groups: ReadonlyMap<number, Width>): Width {
  switch (node.kind) {
    case 'chars':
      return [1, 1];
    case 'anchor':
    case 'look':
      return [0, 0];
    case 'sequence':
      return node.items.reduce<Width>((sum, item) => plus(sum, widthOf(item, groups)), [0, 0]);
    case 'alternation':
      return either(node.branches.map((branch) => widthOf(branch, groups)));
    case 'conditional':
      return either([widthOf(node.yes, groups), widthOf(node.no, groups)]);
    case 'group':
    case 'atomic':
      return widthOf(node.body, groups);
    case 'repeat': {
      const [min, max] = widthOf(node.body, groups);
      return [min * node.min, max === 0 ? 0 : max * node.max];
    }
    case 'reference':
      return groups.get(node.number) ?? [0, unlimited];
  }
}

function plus(a: Width, b: Width): Width {
  return [a[0] + b[0], a[1] + b[1]];
}

function either(widths: readonly Width[]): Width {
  if (widths.length === 0) return [0, 0];
  return [Math.min(...widths.map(([min]) => min)), Math.max(...widths.map(([, max]) => max))];
}
