/**
 * A circuit breaker for slow regexes: one that took too long three times runs with a limit of steps instead of V8.
 * Each further text that exceeds the limit lowers it, so a flood of hostile lines soon costs no more than honest ones.
 * Honest lines need few steps and are judged as before. After many texts without an overrun V8 runs the regex again.
 * Invariant: nothing here depends on time.
 */
import type { TranslatedRegex } from '../regex/translate.js';
import type { Rule } from '../rule.js';

/** Overruns after which a regex is limited. */
const TOLERATED = 3;
/** Steps that a limited regex has for a text, some 4 ms at first and 0.1 ms at last. */
const MOST_STEPS = 200_000;
const LEAST_STEPS = 5_000;
/** What an overrun leaves of them. */
const SHRINKAGE = 0.8;
/** Texts judged without an overrun until a regex is trusted again. */
const PROBATION = 10_000;

interface Limited {
  readonly regex: TranslatedRegex;
  readonly steps: number;
  textsLeft: number;
}

export class SlowRegexBreaker {
  readonly #overruns = new Map<Rule, number>();
  readonly #limited = new Map<Rule, Limited>();

  /** Regexes that keep taking too long, as they were written. */
  get exhausted(): readonly string[] {
    return [...this.#limited.keys()].map(({ written }) => written);
  }

  /** What to run for a rule, now. Each call counts as one text. */
  regexOf(rule: Rule): TranslatedRegex {
    if (this.#limited.size === 0) return rule.regex;
    const limited = this.#limited.get(rule);
    if (limited === undefined) return rule.regex;
    limited.textsLeft -= 1;
    if (limited.textsLeft < 0) this.#trust(rule);
    return limited.regex;
  }

  /** To be told of each text that was too much for a rule. Tells whether that is worth a message to people. */
  overran(rule: Rule): SlowNotice {
    const overruns = (this.#overruns.get(rule) ?? 0) + 1;
    this.#overruns.set(rule, overruns);
    if (overruns >= TOLERATED) this.#limit(rule);
    if (overruns > TOLERATED) return 'counted';
    return overruns === TOLERATED ? 'last' : 'told';
  }

  #limit(rule: Rule): void {
    const before = this.#limited.get(rule);
    const steps = before === undefined ? MOST_STEPS : Math.max(LEAST_STEPS, Math.floor(before.steps * SHRINKAGE));
    const regex = before?.steps === steps ? before.regex : rule.regex.bounded(steps);
    this.#limited.set(rule, { regex, steps, textsLeft: PROBATION });
  }

  /** One more overrun, and it is limited again. */
  #trust(rule: Rule): void {
    this.#limited.delete(rule);
    this.#overruns.set(rule, TOLERATED - 1);
  }
}

/** Whether a line passed over is told: each of the first, the last of them, or only counted from then on. */
export type SlowNotice = 'told' | 'last' | 'counted';
