/** Counts what a filter made of many lines. */
import type { Line, Verdict } from '../../filter/filter.js';
import type { Rule } from '../../filter/rule.js';

/** So many lines are kept to show what the filter passed over. */
const MAX_SAMPLES = 20;
const MAX_SAMPLE_LENGTH = 1000;

export class Statistics {
  entries = 0;
  /** Lines that completed a failure. */
  failures = 0;
  ignored = 0;
  /** Lines a regex knows that are no failure in themselves. */
  harmless = 0;
  slow = 0;
  readonly hits = new Map<Rule, number>();
  readonly addresses = new Map<string, number>();
  readonly samples: string[] = [];
  /** Lines of the batch that a regex matched. */
  readonly #matched = new Set<Line>();

  readonly #isDetailed: boolean;

  /** `isDetailed`: with addresses and samples, not only with numbers. */
  constructor(isDetailed: boolean) {
    this.#isDetailed = isDetailed;
  }

  /** Call for each regex that matches a line; see createMatcher. */
  readonly observe = (rule: Rule, line: Line): void => {
    this.#matched.add(line);
    this.hits.set(rule, (this.hits.get(rule) ?? 0) + 1);
  };

  /** Call once a line, after the matcher. */
  count(verdict: Verdict, line: Line): void {
    this.entries += 1;
    const matched = this.#matched.delete(line);
    switch (verdict.outcome) {
      case 'failure':
        this.failures += 1;
        if (this.#isDetailed) for (const { id } of verdict.hits) this.#countAddress(id);
        return;
      case 'ignored':
        this.ignored += 1;
        return;
      case 'slow':
        this.slow += 1;
        return;
      case 'none':
      case 'gained':
        if (matched) this.harmless += 1;
        else if (this.#isDetailed && this.samples.length < MAX_SAMPLES)
          this.samples.push(line.text.slice(0, MAX_SAMPLE_LENGTH));
        return;
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
