/** Whether the text of a group reaches to the end of what is searched, told by the regex alone. */
import type { RegexNode } from '../regex/syntax.js';

/** True when a match of the regex ends with this group and a `$` that is the end of the text. */
export function endsWithGroup(root: RegexNode, group: number): boolean {
  if (root.kind !== 'sequence') return false;
  const [last, anchor] = root.items.slice(-2);
  return last?.kind === 'group' && last.number === group && anchor?.kind === 'anchor' && anchor.at === 'end';
}
