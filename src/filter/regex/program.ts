/**
 * A regex as a list of steps for the machine. It keeps everything Python does, also what V8 does otherwise:
 * groups that survive the rounds of a loop, empty rounds, conditionals, back-references that ignore case.
 */
import { type CharTest, charTest } from './characters/char-test.js';
import type { Anchor, BackReference, Conditional, RegexNode, Repeat } from './syntax.js';

/** A repeated single character. */
export interface RunStep {
  readonly kind: 'run';
  readonly test: CharTest;
  readonly min: number;
  readonly max: number;
  readonly mode: Repeat['mode'];
}

/** Decides before each round whether there is another; the step behind it begins the round. */
export interface LoopStep {
  readonly kind: 'loop';
  /** Its registers: the number of rounds begun, and where the latest optional one began. */
  readonly loop: number;
  readonly min: number;
  readonly max: number;
  readonly lazy: boolean;
  readonly end: number;
}

export interface RoundStep {
  readonly kind: 'round';
  readonly loop: number;
  readonly min: number;
}

/** Numbers named `second`, `to`, `no` and `end` are indices of steps. */
export type Step =
  | { readonly kind: 'char'; readonly test: CharTest }
  | RunStep
  | { readonly kind: 'either'; readonly second: number }
  | { readonly kind: 'jump'; readonly to: number }
  | { readonly kind: 'fail' }
  /** Notes the position in a register. */
  | { readonly kind: 'note'; readonly register: number }
  | Anchor
  | BackReference
  | { readonly kind: 'condition'; readonly number: number; readonly no: number }
  /** The steps up to `end` are tried on their own; `back` characters earlier for a look-behind. */
  | { readonly kind: 'look'; readonly negative: boolean; readonly back: number; readonly end: number }
  | { readonly kind: 'atomic'; readonly end: number }
  | { readonly kind: 'possessive'; readonly min: number; readonly max: number; readonly end: number }
  | { readonly kind: 'enter'; readonly loop: number }
  | LoopStep
  | RoundStep
  | { readonly kind: 'accept' };

export interface Program {
  readonly steps: readonly Step[];
  /** Registers hold positions: two for each group (from 2 for group 1), then two for each loop. */
  readonly registers: number;
}

/** `groups` is how many there are, with group 0. */
export function compile(root: RegexNode, groups: number): Program {
  const writer = new Writer(groups);
  writer.write(root);
  writer.steps.push({ kind: 'accept' });
  return { steps: writer.steps, registers: writer.registers };
}

class Writer {
  readonly steps: Step[] = [];
  registers: number;

  constructor(groups: number) {
    this.registers = 2 * groups;
  }

  write(node: RegexNode): void {
    switch (node.kind) {
      case 'chars':
        this.steps.push({ kind: 'char', test: charTest(node.set) });
        return;
      case 'anchor':
      case 'reference':
        this.steps.push(node);
        return;
      case 'sequence':
        for (const item of node.items) this.write(item);
        return;
      case 'alternation':
        this.#alternation(node.branches);
        return;
      case 'group':
        this.steps.push({ kind: 'note', register: 2 * node.number });
        this.write(node.body);
        this.steps.push({ kind: 'note', register: 2 * node.number + 1 });
        return;
      case 'repeat':
        this.#repeat(node);
        return;
      case 'atomic':
        this.#enclosed(node.body, (end) => ({ kind: 'atomic', end }));
        return;
      case 'look':
        this.#enclosed(node.body, (end) => ({ kind: 'look', negative: node.negative, back: node.width, end }));
        return;
      case 'conditional':
        this.#conditional(node);
        return;
    }
  }

  /** Room for a step that is known only when what follows has been written. */
  #reserve(): number {
    this.steps.push({ kind: 'fail' });
    return this.steps.length - 1;
  }

  /** A step, what it encloses, and the end of that; `end` is the step behind. */
  #enclosed(body: RegexNode, step: (end: number) => Step): void {
    const at = this.#reserve();
    this.write(body);
    this.steps.push({ kind: 'accept' });
    this.steps[at] = step(this.steps.length);
  }

  #alternation(branches: readonly RegexNode[]): void {
    const ends: number[] = [];
    for (const [index, branch] of branches.entries()) {
      const last = index === branches.length - 1;
      const at = last ? undefined : this.#reserve();
      this.write(branch);
      if (at === undefined) break;
      ends.push(this.#reserve());
      this.steps[at] = { kind: 'either', second: this.steps.length };
    }
    if (branches.length === 0) this.steps.push({ kind: 'fail' });
    for (const end of ends) this.steps[end] = { kind: 'jump', to: this.steps.length };
  }

  #repeat({ body, min, max, mode }: Repeat): void {
    if (body.kind === 'chars') {
      this.steps.push({ kind: 'run', test: charTest(body.set), min, max, mode });
      return;
    }
    if (mode === 'possessive') {
      this.#enclosed(body, (end) => ({ kind: 'possessive', min, max, end }));
      return;
    }
    const loop = this.registers;
    this.registers += 2;
    this.steps.push({ kind: 'enter', loop });
    const at = this.#reserve();
    this.steps.push({ kind: 'round', loop, min });
    this.write(body);
    this.steps.push({ kind: 'jump', to: at });
    this.steps[at] = { kind: 'loop', loop, min, max, lazy: mode === 'lazy', end: this.steps.length };
  }

  #conditional({ number, yes, no }: Conditional): void {
    const at = this.#reserve();
    this.write(yes);
    const end = this.#reserve();
    this.steps[at] = { kind: 'condition', number, no: this.steps.length };
    this.write(no);
    this.steps[end] = { kind: 'jump', to: this.steps.length };
  }
}
