/** Counts what a filter made of many lines. */
import type { Line, Verdict } from '../../filter/filter.js';
import type { Rule } from '../../filter/rule.js';

/** The most lines that are kept to show what the filter passed over. */
const MAX_SAMPLES = 20;
const MAX_SAMPLE_LENGTH = 1000;

/** What came of a line, in the words of the short report. */
export const kinds = ['failures', 'ignored', 'known', 'missed', 'slow'] as const;
export type Kind = (typeof kinds)[number];

export class Statistics {
  entries = 0;
  /** Lines that completed a failure. */
  failures = 0;
  ignored = 0;
  /** Lines a regex knows that are no failure in themselves. */
  harmless = 0;
  slow = 0;
  /** Lines in which no date was found; a few are usual, all of them want another datepattern. */
  undated = 0;
  readonly addresses = new Map<string, number>();
  readonly samples: string[] = [];
  readonly #hits = new Map<Rule, { count: number }>();
  readonly #isDetailed: boolean;

  /** `isDetailed`: with addresses and samples, not only with numbers. */
  constructor(isDetailed: boolean) {
    this.#isDetailed = isDetailed;
  }

  /** Call for each regex that matches a line; see createMatcher. */
  readonly observe = (rule: Rule): void => {
    const hits = this.#hits.get(rule);
    if (hits === undefined) this.#hits.set(rule, { count: 1 });
    else hits.count += 1;
  };

  /** How many lines the regex matched. */
  hitsOf(rule: Rule): number {
    return this.#hits.get(rule)?.count ?? 0;
  }

  /** Call once for each line. */
  count(verdict: Verdict, line: Line): Kind {
    this.entries += 1;
    if (line.isUndated) this.undated += 1;
    switch (verdict.outcome) {
      case 'failure':
        this.failures += 1;
        if (this.#isDetailed) for (const { id } of verdict.hits) this.#countAddress(id);
        return 'failures';
      case 'ignored':
        this.ignored += 1;
        return 'ignored';
      case 'slow':
        this.slow += 1;
        return 'slow';
      case 'none':
      case 'gained':
        if (verdict.outcome === 'gained' || verdict.isKnown) {
          this.harmless += 1;
          return 'known';
        }
        if (this.#isDetailed && this.samples.length < MAX_SAMPLES)
          this.samples.push(line.text.slice(0, MAX_SAMPLE_LENGTH));
        return 'missed';
    }
  }

  /** Lines that are neither failures nor ignored. */
  get missed(): number {
    return this.entries - this.failures - this.ignored;
  }

  #countAddress(id: string): void {
    const count = this.addresses.get(id);
    // Enough to show who stands out; an attack with more addresses than this would only fill the memory.
    if (count !== undefined || this.addresses.size < 100_000) this.addresses.set(id, (count ?? 0) + 1);
  }
}
