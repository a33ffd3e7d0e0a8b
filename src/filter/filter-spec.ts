/** Takes `sshd[mode=aggressive, logtype="journal"][x='y']` apart, with the syntax of fail2ban's jail.conf. */
import type { Parsed } from '../core/problem.js';
import type { FilterSpec } from './filter.js';

const option = /\s*([\w\-.]+(?:\?[\w.]+=[\w.]+)?)=(?:"([^"]*)"|'([^']*)'|(?!["'])([^,\]]*))\s*(?:,|\]\s*\[|$)|,?\s*$/y;

/** Problems name no file; the caller knows where the text stands. */
export function parseFilterSpec(text: string): Parsed<FilterSpec> {
  const parts = /^([^[]+)(?:\[(.*)\])?$/s.exec(text.trim());
  const name = parts?.[1]?.trimEnd();
  if (name === undefined) return wrong(text, 'it does not have the form NAME[OPTION=VALUE]');
  const list = parts?.[2] ?? '';
  const options: Record<string, string> = {};
  let at = 0;
  while (at < list.length) {
    option.lastIndex = at;
    const match = option.exec(list);
    if (match === null) return wrong(text, `"${list.slice(at, at + 30)}" is not OPTION=VALUE`);
    at = option.lastIndex;
    if (match[1] !== undefined) options[match[1].toLowerCase()] = (match[2] ?? match[3] ?? match[4] ?? '').trim();
  }
  return { value: { name, options }, problems: [] };
}

function wrong(text: string, why: string): Parsed<FilterSpec> {
  const message = `"${text.slice(0, 80)}" does not name a filter: ${why}`;
  const hint = 'write a name, then options in brackets: sshd[mode=aggressive, logtype="file"]';
  return { value: undefined, problems: [{ file: '', line: 0, message, hint }] };
}
