/**
 * Python's `re` on V8: a pattern in, a regex out that gives the same verdict, span and groups on every text, or
 * the reason why there is none.
 */
import { differenceOf } from './check.js';
import { askedGroups } from './facts.js';
import type { Flags } from './flags.js';
import { MachineRegex } from './machine-regex.js';
import { parseRegex } from './parse.js';
import { compile } from './program.js';
import { resolveConditions } from './resolve.js';
import type { PythonRegex, RegexNode, RegexProblem } from './syntax.js';
import type { TranslatedRegex } from './translated-regex.js';
import { V8Regex } from './v8-regex.js';

export type { Literal } from './literals.js';
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
  const parsed = parseRegex(pattern, options);
  if (parsed.value === undefined) return { value: undefined, problems: parsed.problems };
  const { root, groups } = parsed.value;
  const resolved = resolveConditions(root);
  const read = readGroups(parsed.value, resolved, options.unnamedGroups ?? false);
  const difference = differenceOf(resolved, read);
  if (difference === 'match') return { value: new MachineRegex(pattern, groups, root), problems: [] };
  try {
    const regrouping = difference === 'groups' ? compile(root, groups.length) : undefined;
    return { value: new V8Regex(pattern, groups, resolved, read, regrouping), problems: [] };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { value: undefined, problems: [{ index: 0, message: `V8 cannot run it: ${error.message}` }] };
  }
}

function readGroups(parsed: PythonRegex, root: RegexNode, all: boolean): ReadonlySet<number> {
  const named = parsed.groups.flatMap((name, number) => (number > 0 && (all || name !== '') ? [number] : []));
  return new Set([...named, ...askedGroups(root)]);
}
