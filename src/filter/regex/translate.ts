/**
 * Python's `re` on V8: a pattern in, a regex out that gives the same verdict, span and groups on every text, or
 * the reason why there is none.
 */
import { differenceOf } from './check.js';
import { askedGroups, choicesIn } from './facts.js';
import { MachineRegex } from './machine-regex.js';
import type { Flags } from './parse/flags.js';
import { parseRegex } from './parse/parse.js';
import { resolveConditions } from './resolve.js';
import type { PythonRegex, RegexNode, RegexProblem } from './syntax.js';
import type { Form, RegexMatch, TranslatedRegex } from './translated-regex.js';
import { V8Regex } from './v8-regex.js';

export { TooManySteps } from './machine.js';
export type { RegexProblem } from './syntax.js';
export type { Form, RegexMatch, TranslatedRegex } from './translated-regex.js';
export { isWide } from './v8-regex.js';

export interface TranslateOptions extends Partial<Flags> {
  /** Also capture the groups that have no name and that nothing refers to. Nobody reads them in a filter. */
  readonly unnamedGroups?: boolean;
}

/** V8's time to compile grows with the square of them: some 1 s for these, 20 s for five times as many. */
const MOST_CHOICES = 1_000;

export interface Translation {
  readonly value: TranslatedRegex | undefined;
  readonly problems: readonly RegexProblem[];
}

/**
 * Reads `pattern` as `re.compile` would with these flags. The rest of the work waits until the regex is run for the
 * first time, or `compile` is called: of a filter's many regexes most never are.
 */
export function translateRegex(pattern: string, options: TranslateOptions = {}): Translation {
  const { value: parsed, problems } = parseRegex(pattern, options);
  if (parsed === undefined) return { value: undefined, problems };
  const choices = choicesIn(parsed.root);
  if (choices > MOST_CHOICES) {
    const message = `it can match in too many ways: it has ${choices} of ?, *, +, {} and |, and at most ${MOST_CHOICES} may be in one`;
    return { value: undefined, problems: [{ index: 0, message }] };
  }
  return { value: new PendingRegex(parsed, options.unnamedGroups ?? false), problems };
}

/** The same of a regex that was read, or of a part of one. */
export function translateParsed(parsed: PythonRegex): TranslatedRegex {
  return new PendingRegex(parsed, false);
}

class PendingRegex implements TranslatedRegex {
  readonly groups: readonly string[];
  readonly root: RegexNode;
  readonly #unnamedGroups: boolean;
  #translation: TranslatedRegex | undefined;

  constructor({ root, groups }: PythonRegex, unnamedGroups: boolean) {
    this.groups = groups;
    this.root = root;
    this.#unnamedGroups = unnamedGroups;
  }

  get source(): string | undefined {
    return this.#translated.source;
  }

  get linear(): boolean {
    return this.#translated.linear;
  }

  test(text: string, wide?: boolean): boolean {
    return this.#translated.test(text, wide);
  }

  exec(text: string, wide?: boolean): RegexMatch | undefined {
    return this.#translated.exec(text, wide);
  }

  execFrom(text: string, from: number): RegexMatch | undefined {
    return this.#translated.execFrom(text, from);
  }

  bounded(steps: number): TranslatedRegex {
    return this.#translated.bounded(steps);
  }

  compile(form: Form): void {
    this.#translated.compile(form);
  }

  get #translated(): TranslatedRegex {
    this.#translation ??= translate(this, this.#unnamedGroups);
    return this.#translation;
  }
}

function translate(parsed: PythonRegex, unnamedGroups: boolean): TranslatedRegex {
  const machine = new MachineRegex(parsed);
  const root = resolveConditions(parsed.root);
  if (root === undefined) return machine;
  const read = readGroups(parsed.groups, root, unnamedGroups);
  const difference = differenceOf(root, read);
  if (difference === 'match') return machine;
  return forV8(new V8Regex(root, read, machine, difference === 'groups'));
}

/** V8 finds out only when it runs a regex that it is too large for it. */
function forV8(regex: V8Regex): TranslatedRegex {
  try {
    regex.compile('narrow');
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
