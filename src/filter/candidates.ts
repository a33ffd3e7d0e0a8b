/** The failregexes that can match a text at all, in their order, told by the text's first character. */
import { leadingCodes } from './leading.js';
import type { Rule } from './rule.js';

/** Beyond these codes all regexes are tried; what Python calls the same letter may lie there. */
const CODES = 256;

export class Candidates {
  readonly #all: readonly Rule[];
  readonly #byCode: readonly (readonly Rule[])[];

  constructor(rules: readonly Rule[], isMultiline: boolean) {
    const leading = rules.map((rule) => (isMultiline ? undefined : leadingCodes(rule.regex.pattern)));
    this.#all = rules;
    this.#byCode = Array.from({ length: CODES }, (_, code) =>
      rules.filter((_rule, index) => leading[index]?.has(code) ?? true),
    );
  }

  of(text: string): readonly Rule[] {
    return this.#byCode[text.charCodeAt(0)] ?? this.#all;
  }
}
