/** The failregexes that can match a text at all, in their order, told by the text's first character. */

import type { Rule } from '../rule.js';
import { leadingCodes } from './leading.js';

/** Beyond these codes all regexes are tried; what Python calls the same letter may lie there. */
const CODES = 256;

export class Candidates {
  readonly #all: readonly Rule[];
  readonly #isMultiline: boolean;
  /** Worked out when a text begins with the character. */
  readonly #byCode = new Array<readonly Rule[] | undefined>(CODES).fill(undefined);
  #leading: readonly (ReadonlySet<number> | undefined)[] | undefined;

  constructor(rules: readonly Rule[], isMultiline: boolean) {
    this.#all = rules;
    this.#isMultiline = isMultiline;
  }

  of(text: string): readonly Rule[] {
    const code = text.charCodeAt(0);
    return this.#byCode[code] ?? this.#select(code);
  }

  #select(code: number): readonly Rule[] {
    if (this.#isMultiline || !(code < CODES)) return this.#all;
    const leading = this.#leading ?? this.#all.map(({ regex }) => leadingCodes(regex.root));
    this.#leading = leading;
    const selected = this.#all.filter((_rule, index) => leading[index]?.has(code) ?? true);
    this.#byCode[code] = selected;
    return selected;
  }
}
