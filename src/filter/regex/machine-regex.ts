/** A regex that our own machine runs, because V8 would find something else than Python does. */
import { requiredLiterals } from './literals.js';
import { type Registers, runProgram } from './machine.js';
import { compile, type Program } from './program.js';
import type { RegexNode } from './syntax.js';
import type { RegexMatch, TranslatedRegex } from './translated-regex.js';

export class MachineRegex implements TranslatedRegex {
  readonly pattern: string;
  readonly groups: TranslatedRegex['groups'];
  readonly literals: TranslatedRegex['literals'];
  readonly source = undefined;
  readonly linear = false;
  readonly #program: Program;

  constructor(pattern: string, groups: readonly string[], root: RegexNode) {
    this.pattern = pattern;
    this.groups = groups;
    this.literals = requiredLiterals(root);
    this.#program = compile(root, groups.length);
  }

  test(text: string): boolean {
    return runProgram(this.#program, text) !== undefined;
  }

  exec(text: string): RegexMatch | undefined {
    const registers = runProgram(this.#program, text);
    return registers === undefined ? undefined : new MachineMatch(text, registers, this.groups);
  }
}

export class MachineMatch implements RegexMatch {
  readonly start: number;
  readonly end: number;
  readonly #text: string;
  readonly #registers: Registers;
  readonly #names: readonly string[];

  constructor(text: string, registers: Registers, names: readonly string[]) {
    this.start = registers[0] ?? 0;
    this.end = registers[1] ?? 0;
    this.#text = text;
    this.#registers = registers;
    this.#names = names;
  }

  group(number: number): string | undefined {
    const start = this.#registers[2 * number] ?? -1;
    const end = this.#registers[2 * number + 1] ?? -1;
    return start < 0 || end < start || number >= this.#names.length ? undefined : this.#text.slice(start, end);
  }

  named(name: string): string | undefined {
    const number = this.#names.indexOf(name);
    return number > 0 ? this.group(number) : undefined;
  }
}
