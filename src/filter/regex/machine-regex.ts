/** A regex that our own machine runs, because V8 would find something else than Python does. */
import { requiredLiterals } from './literals.js';
import { type Registers, runProgram } from './machine.js';
import { compile, type Program } from './program.js';
import type { PythonRegex, RegexNode } from './syntax.js';
import type { RegexMatch, TranslatedRegex } from './translated-regex.js';

export class MachineRegex implements TranslatedRegex {
  readonly pattern: string;
  readonly groups: TranslatedRegex['groups'];
  readonly root: RegexNode;
  readonly source = undefined;
  readonly linear = false;
  readonly #maxSteps: number | undefined;
  #program: Program | undefined;

  constructor(pattern: string, { root, groups }: PythonRegex, maxSteps?: number) {
    this.#maxSteps = maxSteps;
    this.pattern = pattern;
    this.groups = groups;
    this.root = root;
  }

  get literals(): TranslatedRegex['literals'] {
    return requiredLiterals(this.root);
  }

  test(text: string): boolean {
    return this.exec(text) !== undefined;
  }

  exec(text: string): RegexMatch | undefined {
    return this.execFrom(text, 0);
  }

  execFrom(text: string, from: number): RegexMatch | undefined {
    this.#program ??= compile(this.root, this.groups.length);
    const registers = runProgram(this.#program, text, from, this.#maxSteps);
    return registers === undefined ? undefined : new MachineMatch(text, registers, this.groups);
  }

  bounded(steps: number): TranslatedRegex {
    return new MachineRegex(this.pattern, { root: this.root, groups: this.groups }, steps);
  }

  compile(): void {
    this.#program ??= compile(this.root, this.groups.length);
  }

  compileWide(): void {
    // The machine has one form for all texts.
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
