/** A regex that V8 runs: one form for texts within Latin-1, which nearly all are, one for any text. */
import { emit } from './emit.js';
import { some } from './facts.js';
import { requiredLiterals } from './literals.js';
import { runProgram } from './machine.js';
import { MachineMatch } from './machine-regex.js';
import type { Program } from './program.js';
import type { RegexNode } from './syntax.js';
import type { RegexMatch, TranslatedRegex } from './translated-regex.js';

const beyondLatin1 = /[^\0-\xff]/;

/** Whether the text needs the wide form of a regex. Costs some 20 ns when V8 keeps the text in one byte a character. */
export function isWide(text: string): boolean {
  return beyondLatin1.test(text);
}

function isLinear(root: RegexNode): boolean {
  return !some(root, (node) => {
    if (node.kind === 'anchor') return !(node.at === 'text-start' || node.at === 'text-end' || node.ascii);
    return (
      ['look', 'atomic', 'reference'].includes(node.kind) || (node.kind === 'repeat' && node.mode === 'possessive')
    );
  });
}

/** Which JavaScript groups stand for a Python group, by Python's number. */
type Slots = readonly (readonly number[])[];

export class V8Regex implements TranslatedRegex {
  readonly pattern: string;
  readonly groups: TranslatedRegex['groups'];
  readonly literals: TranslatedRegex['literals'];
  readonly source: string;
  readonly linear: boolean;
  readonly #narrow: RegExp;
  readonly #wide: RegExp;
  readonly #slots: Slots;
  readonly #regrouping: Program | undefined;

  /** `regrouping` finds the groups of a match once more, where V8 would forget some. */
  constructor(
    pattern: string,
    groups: readonly string[],
    root: RegexNode,
    read: ReadonlySet<number>,
    regrouping: Program | undefined,
  ) {
    const narrow = emit(root, 'narrow', read, groups.length);
    this.pattern = pattern;
    this.groups = groups;
    this.literals = requiredLiterals(root);
    this.source = narrow.source;
    this.linear = isLinear(root);
    this.#slots = narrow.slots;
    this.#narrow = new RegExp(narrow.source);
    this.#wide = new RegExp(emit(root, 'wide', read, groups.length).source, 'u');
    this.#regrouping = regrouping;
  }

  test(text: string, wide = isWide(text)): boolean {
    return (wide ? this.#wide : this.#narrow).test(text);
  }

  exec(text: string, wide = isWide(text)): RegexMatch | undefined {
    const found = (wide ? this.#wide : this.#narrow).exec(text);
    if (found === null) return undefined;
    if (this.#regrouping === undefined) return new V8Match(found, this.groups, this.#slots);
    const registers = runProgram(this.#regrouping, text, found.index);
    return registers === undefined ? undefined : new MachineMatch(text, registers, this.groups);
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
