/**
 * Keeps regexes that take too long from taking all the time. One that did so three times runs on our own machine,
 * which counts steps instead of looking at a clock, and each further text that is too much for it leaves it fewer of
 * them: a flood of hostile lines soon costs no more than honest ones, while honest ones, which need few steps, are
 * judged as before. After many texts without trouble V8 gets the regex back. Nothing here depends on time.
 */
import type { TranslatedRegex } from '../regex/translate.js';
import type { Rule } from '../rule.js';

/** Overruns after which a regex is watched. */
const TOLERATED = 3;
/** Steps that a watched regex has for a text, some 4 ms at first and 0.1 ms at last. */
const MOST_STEPS = 200_000;
const LEAST_STEPS = 5_000;
/** What an overrun leaves of them. */
const SHRINKAGE = 0.8;
/** Texts judged without an overrun until a regex is trusted again. */
const PROBATION = 10_000;

interface Watched {
  readonly regex: TranslatedRegex;
  readonly steps: number;
  textsLeft: number;
}

export class SlowRegexBreaker {
  readonly #overruns = new Map<Rule, number>();
  readonly #watched = new Map<Rule, Watched>();

  /** Regexes that keep taking too long, as they were written. */
  get exhausted(): readonly string[] {
    return [...this.#watched.keys()].map(({ written }) => written);
  }

  /** What to run for a rule, now. Each call counts as one text. */
  regexOf(rule: Rule): TranslatedRegex {
    if (this.#watched.size === 0) return rule.regex;
    const watched = this.#watched.get(rule);
    if (watched === undefined) return rule.regex;
    watched.textsLeft -= 1;
    if (watched.textsLeft < 0) this.#trust(rule);
    return watched.regex;
  }

  /** To be told of each text that was too much for a rule. Tells whether that is worth a message to people. */
  overran(rule: Rule): SlowTelling {
    const overruns = (this.#overruns.get(rule) ?? 0) + 1;
    this.#overruns.set(rule, overruns);
    if (overruns >= TOLERATED) this.#watch(rule);
    if (overruns > TOLERATED) return 'counted';
    return overruns === TOLERATED ? 'last' : 'told';
  }

  #watch(rule: Rule): void {
    const before = this.#watched.get(rule);
    const steps = before === undefined ? MOST_STEPS : Math.max(LEAST_STEPS, Math.floor(before.steps * SHRINKAGE));
    const regex = before?.steps === steps ? before.regex : rule.regex.bounded(steps);
    this.#watched.set(rule, { regex, steps, textsLeft: PROBATION });
  }

  /** One more overrun, and it is watched again. */
  #trust(rule: Rule): void {
    this.#watched.delete(rule);
    this.#overruns.set(rule, TOLERATED - 1);
  }
}

/** Whether a line passed over is told: each of the first, the last of them, or only counted from then on. */
export type SlowTelling = 'told' | 'last' | 'counted';
