/** Whether the text of a group reaches to the end of what is searched, told by the regex alone. */
import { noFlags } from './regex/flags.js';
import { parseRegex } from './regex/parse.js';

/** True when a match of `pattern` ends with this group and a `$` that is the end of the text. */
export function endsWithGroup(pattern: string, group: number): boolean {
  const { value } = parseRegex(pattern, noFlags);
  if (value?.root.kind !== 'sequence') return false;
  const [last, anchor] = value.root.items.slice(-2);
  return last?.kind === 'group' && last.number === group && anchor?.kind === 'anchor' && anchor.at === 'end';
}
