/** A regex that our own machine runs, because V8 would find something else than Python does. */
import { type Registers, runProgram } from './machine.js';
import { compile, type Program } from './program.js';
import type { PythonRegex, RegexNode } from './syntax.js';
import type { RegexMatch, TranslatedRegex } from './translated-regex.js';

export class MachineRegex implements TranslatedRegex {
  readonly groups: TranslatedRegex['groups'];
  readonly root: RegexNode;
  readonly source = undefined;
  readonly linear = false;
  readonly #maxSteps: number | undefined;
  #program: Program | undefined;

  constructor({ root, groups }: PythonRegex, maxSteps?: number) {
    this.groups = groups;
    this.root = root;
    this.#maxSteps = maxSteps;
  }

  test(text: string): boolean {
    return this.exec(text) !== undefined;
  }

  exec(text: string): RegexMatch | undefined {
    return this.execFrom(text, 0);
  }

  execFrom(text: string, from: number): RegexMatch | undefined {
    const registers = runProgram(this.#compiled(), text, from, this.#maxSteps);
    return registers === undefined ? undefined : new MachineMatch(text, registers, this.groups);
  }

  bounded(steps: number): TranslatedRegex {
    return new MachineRegex(this, steps);
  }

  compile(): void {
    this.#compiled();
  }

  #compiled(): Program {
    this.#program ??= compile(this.root, this.groups.length);
    return this.#program;
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
