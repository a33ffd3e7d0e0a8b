/**
 * Python's `re` on V8: a pattern in, a regex out that gives the same verdict, span and groups on every text, or
 * the reason why there is none.
 */
import { differences } from './check.js';
import { emit } from './emit.js';
import { askedGroups, some } from './facts.js';
import type { Flags } from './flags.js';
import { type Literal, requiredLiterals } from './literals.js';
import { parseRegex } from './parse.js';
import { resolveConditions } from './resolve.js';
import type { PythonRegex, RegexNode, RegexProblem } from './syntax.js';

export type { RegexProblem } from './syntax.js';

export interface TranslateOptions extends Partial<Flags> {
  /** Also capture the groups that have no name and that nothing refers to. Nobody reads them in a filter. */
  readonly unnamedGroups?: boolean;
}

/** One match. Texts are cut out when asked for. */
export interface RegexMatch {
  /** Where the match begins and ends, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** The text of a group by Python's number, 0 for all of the match; undefined when the group took no part. */
  group(number: number): string | undefined;
  /** The text of a named group. */
  named(name: string): string | undefined;
}

/** A Python regex ready to run. */
export interface TranslatedRegex {
  /** The pattern as it was written for Python. */
  readonly pattern: string;
  /** Python's group names by number, '' for a group without a name and for 0, the whole match. */
  readonly groups: readonly string[];
  /** Source of the regex used for texts within Latin-1; it has no flags. */
  readonly source: string;
  /** At least one of these is in every match; empty when nothing useful can be said. */
  readonly literals: readonly Literal[];
  /** V8's engine without backtracking can run it on texts within Latin-1. */
  readonly linear: boolean;
  /**
   * Whether `re.search` finds it: the cheapest question. Who asks many regexes about one text works out
   * `isWide(text)` once.
   */
  test(text: string, wide?: boolean): boolean;
  /** What `re.search` finds. `text` is never empty: lines end in a newline. */
  exec(text: string, wide?: boolean): RegexMatch | undefined;
}

export interface Translation {
  readonly value: TranslatedRegex | undefined;
  readonly problems: readonly RegexProblem[];
}

const beyondLatin1 = /[^\0-\xff]/;

/** Whether the text needs the wide form of a regex. Costs some 20 ns when V8 keeps the text in one byte a character. */
export function isWide(text: string): boolean {
  return beyondLatin1.test(text);
}

/** Translates `pattern` as `re.compile` would read it with these flags. */
export function translateRegex(pattern: string, options: TranslateOptions = {}): Translation {
  const parsed = parseRegex(pattern, options);
  if (parsed.value === undefined) return { value: undefined, problems: parsed.problems };
  const { groups } = parsed.value;
  const root = resolveConditions(parsed.value.root);
  const read = readGroups(parsed.value, root, options.unnamedGroups ?? false);
  const problems = differences(root, read, groups);
  if (problems.length > 0) return { value: undefined, problems };
  try {
    return { value: new V8Regex(pattern, groups, root, read), problems };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { value: undefined, problems: [{ index: 0, message: `V8 cannot run it: ${error.message}` }] };
  }
}

function readGroups(parsed: PythonRegex, root: RegexNode, all: boolean): ReadonlySet<number> {
  const named = parsed.groups.flatMap((name, number) => (number > 0 && (all || name !== '') ? [number] : []));
  return new Set([...named, ...askedGroups(root)]);
}

function isLinear(root: RegexNode): boolean {
  return !some(root, (node) => {
    if (node.kind === 'anchor') return !(node.at === 'text-start' || node.at === 'text-end' || node.ascii);
    return ['look', 'atomic', 'reference', 'conditional'].includes(node.kind);
  });
}

type Slots = readonly (readonly number[])[];

class V8Regex implements TranslatedRegex {
  readonly pattern: string;
  readonly groups: readonly string[];
  readonly source: string;
  readonly literals: readonly Literal[];
  readonly linear: boolean;
  readonly #narrow: RegExp;
  readonly #wide: RegExp;
  readonly #slots: Slots;

  constructor(pattern: string, groups: readonly string[], root: RegexNode, read: ReadonlySet<number>) {
    const narrow = emit(root, 'narrow', read, groups.length);
    this.pattern = pattern;
    this.groups = groups;
    this.source = narrow.source;
    this.literals = requiredLiterals(root);
    this.linear = isLinear(root);
    this.#slots = narrow.slots;
    this.#narrow = new RegExp(narrow.source);
    this.#wide = new RegExp(emit(root, 'wide', read, groups.length).source, 'u');
  }

  test(text: string, wide = isWide(text)): boolean {
    return (wide ? this.#wide : this.#narrow).test(text);
  }

  exec(text: string, wide = isWide(text)): RegexMatch | undefined {
    const found = (wide ? this.#wide : this.#narrow).exec(text);
    return found === null ? undefined : new V8Match(found, this.groups, this.#slots);
  }
}

class V8Match implements RegexMatch {
  readonly start: number;
  readonly end: number;
  readonly #found: RegExpExecArray;
  readonly #names: readonly string[];
  readonly #slots: Slots;

  constructor(found: RegExpExecArray, names: readonly string[], slots: Slots) {
    this.start = found.index;
    this.end = found.index + found[0].length;
    this.#found = found;
    this.#names = names;
    this.#slots = slots;
  }

  group(number: number): string | undefined {
    if (number === 0) return this.#found[0];
    for (const slot of this.#slots[number] ?? []) {
      const text = this.#found[slot];
      if (text !== undefined) return text;
    }
    return undefined;
  }

  named(name: string): string | undefined {
    const number = this.#names.indexOf(name);
    return number > 0 ? this.group(number) : undefined;
  }
}
