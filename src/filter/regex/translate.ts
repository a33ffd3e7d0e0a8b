/**
 * Python's `re` on V8: a pattern in, a regex out that gives the same verdict, span and groups on every text, or
 * the reason why there is none.
 */
import { differenceOf } from './check.js';
import { askedGroups } from './facts.js';
import type { Flags } from './flags.js';
import { MachineRegex } from './machine-regex.js';
import { parseRegex } from './parse.js';
import { resolveConditions } from './resolve.js';
import type { RegexNode, RegexProblem } from './syntax.js';
import type { TranslatedRegex } from './translated-regex.js';
import { V8Regex } from './v8-regex.js';

export { TooManySteps } from './machine.js';
export type { RegexProblem } from './syntax.js';
export type { RegexMatch, TranslatedRegex } from './translated-regex.js';
export { isWide } from './v8-regex.js';

export interface TranslateOptions extends Partial<Flags> {
  /** Also capture the groups that have no name and that nothing refers to. Nobody reads them in a filter. */
  readonly unnamedGroups?: boolean;
}

export interface Translation {
  readonly value: TranslatedRegex | undefined;
  readonly problems: readonly RegexProblem[];
}

/** Translates `pattern` as `re.compile` would read it with these flags. */
export function translateRegex(pattern: string, options: TranslateOptions = {}): Translation {
  const { value: parsed, problems } = parseRegex(pattern, options);
  if (parsed === undefined) return { value: undefined, problems };
  const machine = new MachineRegex(pattern, parsed);
  const root = resolveConditions(parsed.root);
  if (root === undefined) return { value: machine, problems };
  const read = readGroups(parsed.groups, root, options.unnamedGroups ?? false);
  const difference = differenceOf(root, read);
  if (difference === 'match') return { value: machine, problems };
  return { value: forV8(new V8Regex(root, read, machine, difference === 'groups')), problems };
}

/** V8 finds out only when it runs a regex that it is too large for it. */
function forV8(regex: V8Regex): TranslatedRegex {
  try {
    regex.compile();
    return regex;
  } catch (error) {
    if (error instanceof SyntaxError) return regex.machine;
    throw error;
  }
}

function readGroups(groups: readonly string[], root: RegexNode, all: boolean): ReadonlySet<number> {
  const named = groups.flatMap((name, number) => (number > 0 && (all || name !== '') ? [number] : []));
  return new Set([...named, ...askedGroups(root)]);
}
