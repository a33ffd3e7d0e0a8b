/** `Filter=sshd[mode=aggressive, x="a,b"]` taken apart; whether the filter exists is for the filter library to say. */
import type { FilterSpec } from '../filter/filter.js';
import { quoted } from './quoted.js';
import { type Reading, right, wrong } from './reading.js';

/** Option names as fail2ban allows them, a conditional part included (`opt?family=inet6`). */
const optionPattern =
  /^\s*([\w.-]+(?:\?\w+=\w+)?)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s,"'\]][^,"'\]]*?)?)\s*(?:(,)|(?=\]))/;

type Options = Readonly<Record<string, string>>;

/** Reads the inside of one `[…]`; `rest` is what follows the closing bracket. */
function readOptions(text: string): { readonly options: Options; readonly rest: string } | undefined {
  const options: Record<string, string> = {};
  let rest = text.slice(1);
  while (!/^\s*\]/.test(rest)) {
    const match = optionPattern.exec(rest);
    const name = match?.[1];
    if (match === null || name === undefined) return undefined;
    options[name] = match[2] ?? match[3] ?? match[4] ?? '';
    rest = rest.slice(match[0].length);
  }
  return { options, rest: rest.replace(/^\s*\]\s*/, '') };
}

/** `NAME`, `NAME[option=value,…]`, `/PATH/FILE.conf[…]`; several brackets are taken together, the last value counts. */
export function parseFilterSpec(text: string): Reading<FilterSpec> {
  const name = /^[^\s[\]"']+/.exec(text)?.[0];
  const refused = (detail: string) =>
    wrong(`${quoted(text)} ${detail}`, 'write NAME or NAME[option=value, option="a, b"]');
  if (name === undefined) return refused('does not start with the name of a filter');
  let options: Options = {};
  let rest = text.slice(name.length).trimStart();
  while (rest.startsWith('[')) {
    const read = readOptions(rest);
    if (read === undefined) return refused('has options that cannot be read');
    options = { ...options, ...read.options };
    rest = read.rest;
  }
  return rest === '' ? right({ name, options }) : refused(`has ${quoted(rest)} after its end`);
}
