/**
 * Writes a resolved regex as JavaScript source. Two forms of the same regex exist: `narrow` for texts within
 * Latin-1, without flags, and `wide` for any text, with flag u. Each does on its texts what Python does.
 */

import { narrowClass } from './characters/narrow-class.js';
import { wideClass } from './characters/wide-class.js';
import { hasOneWay, isNullable, isSingleRound, some } from './facts.js';
import type { Anchor, Look, RegexNode, Repeat } from './syntax.js';
import type { Form } from './translated-regex.js';

export interface Emitted {
  readonly source: string;
  /**
   * The numbers of the JavaScript groups that stand for a Python group, by Python's number. At most one of them
   * takes part in a match. Empty for groups nobody reads.
   */
  readonly slots: readonly (readonly number[])[];
  /** The JavaScript groups that hold a final newline which is no part of the match. */
  readonly tails: readonly number[];
}

/** `read` are the groups whose text is wanted; `count` how many groups there are, with group 0. */
export function emit(root: RegexNode, form: Form, read: ReadonlySet<number>, count: number): Emitted {
  const emitter = new Emitter(form, read, count);
  // With flag u V8 begins matches inside of a surrogate pair too; only an empty match can come of it.
  const mayBeEmpty = form === 'wide' && isNullable(root);
  const body = emitter.node(root, mayBeEmpty);
  return { source: mayBeEmpty ? `(?:^|(?<=[^]))${body}` : body, slots: emitter.slots, tails: emitter.tails };
}

class Emitter {
  readonly slots: number[][];
  readonly tails: number[] = [];
  readonly #form: Form;
  readonly #read: ReadonlySet<number>;
  #count = 0;

  constructor(form: Form, read: ReadonlySet<number>, count: number) {
    this.#form = form;
    this.#read = read;
    this.slots = Array.from({ length: count }, () => []);
  }

  /** `wrap`: an alternation needs parentheses, as inside of a sequence. */
  node(node: RegexNode, wrap: boolean): string {
    switch (node.kind) {
      case 'chars':
        return this.#form === 'wide' ? wideClass(node.set) : narrowClass(node.set);
      case 'sequence':
        return node.items.map((item) => this.node(item, true)).join('');
      case 'alternation': {
        if (node.branches.length === 0) return '[]';
        const text = node.branches.map((branch) => this.node(branch, false)).join('|');
        return wrap ? `(?:${text})` : text;
      }
      case 'group':
        return this.#group(node.number, node.body, wrap);
      case 'repeat':
        return this.#repeat(node);
      case 'atomic':
        return this.#atomic(node.body);
      case 'look':
        return this.#look(node);
      case 'anchor':
        return this.#anchor(node);
      case 'reference':
        return `(?:${(this.slots[node.number] ?? []).map((slot) => `\\${slot}`).join('')})`;
      case 'conditional':
        throw new Error('a conditional cannot be written for V8');
    }
  }

  #open(slots: number[] | undefined): void {
    this.#count += 1;
    slots?.push(this.#count);
  }

  #group(number: number, body: RegexNode, wrap: boolean): string {
    if (!this.#read.has(number)) return this.node(body, wrap);
    this.#open(this.slots[number]);
    return `(${this.node(body, false)})`;
  }

  #repeat(node: Repeat): string {
    if (node.mode === 'possessive') return this.#possessive(node);
    // JavaScript takes an empty optional round back; Python counts it, with its groups.
    if (node.min === 0 && isNullable(node.body) && isSingleRound(node)) return this.#optional(node);
    const lazy = node.mode === 'lazy' ? '?' : '';
    return this.#operand(node.body) + counts(node.min, node.max) + lazy;
  }

  /** Python makes each round atomic too, which shows when several rounds are demanded. */
  #possessive(node: Repeat): string {
    const single = node.min < 2 || hasOneWay(node.body);
    return this.#atomic({ ...node, mode: 'greedy', body: single ? node.body : { kind: 'atomic', body: node.body } });
  }

  #optional({ mode, body }: Repeat): string {
    const text = this.node(body, true);
    return mode === 'lazy' ? `(?:|${text})` : `(?:${text}|)`;
  }

  #operand(body: RegexNode): string {
    const text = this.node(body, true);
    const single = body.kind === 'chars' || (body.kind === 'group' && this.#read.has(body.number));
    return single || (body.kind === 'alternation' && text !== '[]') ? text : `(?:${text})`;
  }

  /** A look-ahead is never entered twice, so what it captured is what the atomic group takes. */
  #atomic(body: RegexNode): string {
    this.#open(undefined);
    const slot = this.#count;
    return `(?=(${this.node(body, false)}))(?:\\${slot})`;
  }

  #look(node: Look): string {
    const sign = node.negative ? '!' : '=';
    if (node.direction === 'ahead') return `(?${sign}${this.node(node.body, false)})`;
    if (!some(node.body, readsForward)) return `(?<${sign}${this.node(node.body, false)})`;
    // JavaScript reads a look-behind backwards; going back first and then looking ahead is Python's order.
    return `(?<${sign}(?=${this.node(node.body, false)})[^]{${node.width}})`;
  }

  #anchor({ at, ascii }: Anchor): string {
    switch (at) {
      case 'text-start':
        return '^';
      case 'text-end':
        return '$';
      case 'end':
        return '(?=\\n?$)';
      case 'tail':
        this.#open(this.tails);
        return '(\\n?)$';
      case 'line-start':
        return '(?<![^\\n])';
      case 'line-end':
        return '(?![^\\n])';
      case 'boundary':
        return this.#boundary(ascii);
      case 'not-boundary':
        return this.#notBoundary(ascii);
    }
  }

  #word(ascii: boolean, negated: boolean): string {
    if (ascii) return negated ? '\\W' : '\\w';
    return this.node({ kind: 'chars', set: { ranges: [], categories: ['word'], negated } }, true);
  }

  #boundary(ascii: boolean): string {
    if (ascii) return '\\b';
    const word = this.#word(false, false);
    return `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
  }

  /** Python's `\B` does not match in an empty text. */
  #notBoundary(ascii: boolean): string {
    const word = this.#word(ascii, false);
    const other = this.#word(ascii, true);
    return `(?:(?<=${word})(?=${word})|(?<=${other})(?!${word})|(?<!${word})(?=${other}))`;
  }
}

function readsForward(node: RegexNode): boolean {
  return node.kind !== 'chars' && node.kind !== 'sequence' && node.kind !== 'alternation';
}

function counts(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}
