/**
 * Runs a program on a text by backtracking, as Python's engine does. It serves the few regexes that V8 would
 * answer otherwise. Steps, and with them memory, are bounded: a text that needs more raises TooManySteps.
 */
import { lowerCase } from './characters/case-fold.js';
import { isWordChar } from './characters/char-test.js';
import type { LoopStep, Program, RoundStep, RunStep, Step } from './program.js';
import type { Anchor, BackReference } from './syntax.js';

/** The text needs more steps than any honest one does; to be treated like an exceeded time budget. */
export class TooManySteps extends Error {
  constructor() {
    super('the regex needs too many steps for this text');
    this.name = 'TooManySteps';
  }
}

/** Some 20 ms. */
const maxSteps = 1_000_000;

const failed = -1;
/** In a choice: there is no run that could give way. */
const noRun = -1;

/** Positions in UTF-16 units: 2n is where group n begins, 2n + 1 where it ends, -1 where it took no part. */
export type Registers = Int32Array;

/** The first match that begins at `from` or later. */
export function runProgram(program: Program, text: string, from = 0, steps = maxSteps): Registers | undefined {
  const machine = new Machine(program, text, steps);
  for (let start = from; start <= text.length; start = machine.after(start)) {
    const end = machine.run(0, start);
    if (end === failed) continue;
    machine.registers[0] = start;
    machine.registers[1] = end;
    return machine.registers;
  }
  return undefined;
}

class Machine {
  readonly registers: Registers;
  readonly #steps: readonly Step[];
  readonly #text: string;
  /**
   * Where to go on after a failure, four numbers each: step, position, length of the trail, how far a run can give way.
   */
  readonly #choices: number[] = [];
  /** Registers and their former values, to be put back after a failure. */
  readonly #trail: number[] = [];
  #stepsLeft: number;
  #at = 0;
  #position = 0;

  constructor({ steps, registers }: Program, text: string, most: number) {
    this.#stepsLeft = most;
    this.#steps = steps;
    this.#text = text;
    this.registers = new Int32Array(registers).fill(-1);
  }

  /** The position behind the character at `position`, and one more at the end. */
  after(position: number): number {
    return position + ((this.#text.codePointAt(position) ?? 0) > 0xffff ? 2 : 1);
  }

  #before(position: number): number {
    return position > 1 && (this.#text.codePointAt(position - 2) ?? 0) > 0xffff ? position - 2 : position - 1;
  }

  /** Runs from the step `start` to its `accept`: the position reached, or `failed` with all registers put back. */
  run(start: number, from: number): number {
    const choices = this.#choices.length;
    const trail = this.#trail.length;
    this.#at = start;
    this.#position = from;
    for (;;) {
      this.#stepsLeft -= 1;
      if (this.#stepsLeft < 0) throw new TooManySteps();
      const step = this.#steps[this.#at];
      if (step === undefined || step.kind === 'accept') {
        this.#choices.length = choices;
        return this.#position;
      }
      if (this.#perform(step) || this.#retry(choices)) continue;
      this.#undo(trail);
      return failed;
    }
  }

  /** Takes one step; false when it fails. */
  #perform(step: Step): boolean {
    switch (step.kind) {
      case 'char':
        return this.#char(step.test);
      case 'run':
        return this.#run(step);
      case 'either':
        this.#choose(step.second, this.#position);
        return this.#goto(this.#at + 1);
      case 'jump':
        return this.#goto(step.to);
      case 'note':
        this.#note(step.register, this.#position);
        return this.#goto(this.#at + 1);
      case 'anchor':
        return this.#holds(step) && this.#goto(this.#at + 1);
      case 'reference':
        return this.#reference(step);
      case 'condition':
        return this.#goto(this.#isSet(step.number) ? this.#at + 1 : step.no);
      case 'look':
        return this.#look(step.back, step.negative, step.end);
      case 'atomic':
        return this.#atomic(step.end);
      case 'possessive':
        return this.#possessive(step.min, step.max, step.end);
      case 'enter':
        this.#note(step.loop, 0);
        this.#note(step.loop + 1, -1);
        return this.#goto(this.#at + 1);
      case 'loop':
        return this.#loop(step);
      case 'round':
        return this.#round(step);
      case 'accept':
      case 'fail':
        return false;
    }
  }

  #goto(step: number): true {
    this.#at = step;
    return true;
  }

  #note(register: number, value: number): void {
    this.#trail.push(register, this.registers[register] ?? -1);
    this.registers[register] = value;
  }

  #undo(length: number): void {
    while (this.#trail.length > length) {
      const value = this.#trail.pop() ?? -1;
      this.registers[this.#trail.pop() ?? 0] = value;
    }
  }

  #choose(step: number, position: number, run = noRun): void {
    this.#choices.push(step, position, this.#trail.length, run);
  }

  /** Goes back to the latest choice that is younger than `base`. */
  #retry(base: number): boolean {
    while (this.#choices.length > base) {
      const run = this.#choices.pop() ?? noRun;
      this.#undo(this.#choices.pop() ?? 0);
      this.#position = this.#choices.pop() ?? 0;
      this.#at = this.#choices.pop() ?? 0;
      const step = this.#steps[this.#at];
      if (run === noRun || step?.kind !== 'run') return true;
      if (step.mode === 'lazy' ? this.#runFurther(step, run) : this.#giveWay(run)) return true;
    }
    return false;
  }

  #char(test: (point: number) => boolean): boolean {
    const point = this.#text.codePointAt(this.#position);
    if (point === undefined || !test(point)) return false;
    this.#position += point > 0xffff ? 2 : 1;
    return this.#goto(this.#at + 1);
  }

  /** Takes up to `limit` characters, each of them a step, without noting the ways back. */
  #take(test: (point: number) => boolean, limit: number): number {
    let taken = 0;
    while (taken < limit && this.#char(test)) {
      this.#at -= 1;
      taken += 1;
    }
    this.#stepsLeft -= taken;
    return taken;
  }

  #run(step: RunStep): boolean {
    if (this.#take(step.test, step.min) < step.min) return false;
    if (step.mode === 'lazy') {
      if (step.max > step.min) this.#choose(this.#at, this.#position, step.max - step.min);
      return this.#goto(this.#at + 1);
    }
    const least = this.#position;
    this.#take(step.test, step.max - step.min);
    if (step.mode === 'greedy' && this.#position > least) this.#choose(this.#at, this.#position, least);
    return this.#goto(this.#at + 1);
  }

  /** A greedy run gives its last character back. */
  #giveWay(least: number): true {
    this.#position = this.#before(this.#position);
    if (this.#position > least) this.#choose(this.#at, this.#position, least);
    return this.#goto(this.#at + 1);
  }

  /** A lazy run takes one more character. */
  #runFurther(step: RunStep, left: number): boolean {
    if (this.#take(step.test, 1) === 0) return false;
    if (left > 1) this.#choose(this.#at, this.#position, left - 1);
    return this.#goto(this.#at + 1);
  }

  #isSet(group: number): boolean {
    const start = this.registers[2 * group] ?? -1;
    return start >= 0 && (this.registers[2 * group + 1] ?? -1) >= start;
  }

  #reference({ number, ignorecase, ascii }: BackReference): boolean {
    if (!this.#isSet(number)) return false;
    const held = this.#text.slice(this.registers[2 * number], this.registers[2 * number + 1]);
    // Sixteen characters are compared in the time of a step, unless their case has to be folded.
    this.#stepsLeft -= ignorecase ? held.length : held.length >> 4;
    const here = this.#text.slice(this.#position, this.#position + held.length);
    const same = ignorecase ? lowerCase(held, ascii) === lowerCase(here, ascii) : held === here;
    if (!same || this.#isInsidePair(this.#position + held.length)) return false;
    this.#position += held.length;
    return this.#goto(this.#at + 1);
  }

  /** Between the halves of one character beyond the BMP. */
  #isInsidePair(position: number): boolean {
    return position > 0 && (this.#text.codePointAt(position - 1) ?? 0) > 0xffff;
  }

  #look(back: number, negative: boolean, end: number): boolean {
    const at = this.#at;
    const position = this.#position;
    const from = this.#goBack(position, back);
    const found = from !== failed && this.run(at + 1, from) !== failed;
    this.#position = position;
    return found !== negative && this.#goto(end);
  }

  /** The place `count` characters earlier; `failed` when there are not as many. */
  #goBack(position: number, count: number): number {
    let from = position;
    for (let left = count; left > 0; left -= 1) {
      if (from === 0) return failed;
      from = this.#before(from);
      this.#stepsLeft -= 1;
    }
    return from;
  }

  #atomic(end: number): boolean {
    return this.run(this.#at + 1, this.#position) !== failed && this.#goto(end);
  }

  /** Each round is atomic, and an empty one is the last. */
  #possessive(min: number, max: number, end: number): boolean {
    const body = this.#at + 1;
    let position = this.#position;
    let last = failed;
    for (let round = 0; round < max && (round < min || position !== last); round++) {
      if (round >= min) last = position;
      const reached = this.run(body, position);
      if (reached === failed && round < min) return false;
      if (reached === failed) break;
      position = reached;
    }
    this.#position = position;
    return this.#goto(end);
  }

  /** Stands before each round. An optional round is not begun where the one before it began. */
  #loop({ loop, min, max, lazy, end }: LoopStep): boolean {
    const rounds = this.registers[loop] ?? 0;
    const next = this.#at + 1;
    if (rounds < min) return this.#goto(next);
    if (rounds >= max || this.registers[loop + 1] === this.#position) return this.#goto(end);
    this.#choose(lazy ? next : end, this.#position);
    return this.#goto(lazy ? end : next);
  }

  #round({ loop, min }: RoundStep): boolean {
    const rounds = this.registers[loop] ?? 0;
    if (rounds >= min) this.#note(loop + 1, this.#position);
    this.#note(loop, rounds + 1);
    return this.#goto(this.#at + 1);
  }

  #holds({ at, ascii }: Anchor): boolean {
    const text = this.#text;
    const position = this.#position;
    switch (at) {
      case 'text-start':
        return position === 0;
      case 'line-start':
        return position === 0 || text[position - 1] === '\n';
      case 'text-end':
        return position === text.length;
      case 'end':
      case 'tail':
        return position === text.length || (position === text.length - 1 && text[position] === '\n');
      case 'line-end':
        return position === text.length || text[position] === '\n';
      case 'boundary':
      case 'not-boundary':
        return text !== '' && (this.#isBoundary(ascii) ? at === 'boundary' : at === 'not-boundary');
    }
  }

  #isBoundary(ascii: boolean): boolean {
    const before = this.#position === 0 ? undefined : this.#text.codePointAt(this.#before(this.#position));
    return isWordChar(before, ascii) !== isWordChar(this.#text.codePointAt(this.#position), ascii);
  }
}
