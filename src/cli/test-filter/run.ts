/** Runs lines through a filter and writes what came of them, without ever holding more than a batch. */
import { nextTurn } from '../../async/next-turn.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Budget } from '../../filter/budget.js';
import type { Zone } from '../../filter/dated-lines.js';
import { explainLine } from '../../filter/explain.js';
import type { Line, Matcher, Verdict } from '../../filter/filter.js';
import type { Filter } from '../../filter/load-filter.js';
import { createMatcher } from '../../filter/matching/matcher.js';
import type { Dependencies } from '../dependencies.js';
import { styleFor } from '../print/style.js';
import { excerpt } from './excerpt.js';
import { withoutTimestamp } from './journal-line.js';
import { Progress } from './progress.js';
import { summaryJson, verdictJson } from './report-json.js';
import { lineReport } from './report-line.js';
import { shortReport } from './report-short.js';
import { type Batch, type Dating, dateLines } from './sources.js';
import { type Kind, Statistics } from './statistics.js';

export type TestOutput = 'short' | 'json' | 'summary-json';

export interface Run {
  /** Where it is printed to, and the clock that it is timed by. */
  readonly world: Pick<Dependencies, 'output' | 'errors' | 'environment' | 'now'>;
  readonly filter: Filter;
  readonly zone: Zone;
  readonly output: TestOutput;
  readonly budget: Budget;
  /** Lines of these kinds are printed as they come; for the short report. */
  readonly show: readonly Kind[];
}

/** Tests all lines of the batches. */
export async function runTest(run: Run, batches: Iterable<Batch> | AsyncIterable<Batch>): Promise<void> {
  const { filter, output, world } = run;
  const write = (text: string): void => world.output.write(text);
  const statistics = new Statistics(output === 'short');
  const matcher = createMatcher(filter, { observer: statistics.observe, budget: run.budget });
  const progress = new Progress(world.errors, world.now, output === 'short');
  const startedAt = world.now();
  const report = reportOf(run);
  for await (const batch of batches) {
    let text = '';
    for (const lines of chunksOf(batch.lines)) {
      text += testLines(lines, matcher, statistics, report);
      // Between turns of the event loop V8 looks whether to collect garbage, and now nearly all is.
      await nextTurn();
    }
    if (text !== '') {
      progress.end();
      write(text);
    }
    progress.show(statistics.entries, batch.progress);
  }
  progress.end();
  const seconds = Math.max(0, world.now() - startedAt) / MICROS_PER_SECOND;
  if (output === 'summary-json') write(summaryJson(statistics, seconds));
  if (output === 'short') write(shortReport(filter, statistics, seconds, styleFor(world.output, world.environment)));
}

/** What is written of a line at once. */
type Report = (number: number, verdict: Verdict, line: Line, kind: Kind) => string;

function reportOf({ output, zone, show }: Run): Report | undefined {
  if (output === 'json') return (number, verdict) => verdictJson(number, verdict, zone);
  if (output !== 'short' || show.length === 0) return undefined;
  return (number, _verdict, line, kind) => (show.includes(kind) ? `${number}: ${excerpt(line.text)}\n` : '');
}

/** Counts what the matcher makes of the lines; returns what is reported of them. */
function testLines(
  lines: readonly Line[],
  matcher: Matcher,
  statistics: Statistics,
  report: Report | undefined,
): string {
  let text = '';
  const verdicts = matcher.matchAll(lines);
  for (let at = 0; at < lines.length; at += 1) {
    const [line, verdict] = [lines[at], verdicts[at]];
    if (line === undefined || verdict === undefined) continue;
    const kind = statistics.count(verdict, line);
    if (report !== undefined) text += report(statistics.entries, verdict, line, kind);
  }
  return text;
}

/**
 * Lines matched at a time: enough to hide what watching them costs, few enough that what is made of them (1.5 KB each)
 * fits into the fifth of V8's young generation (16 MB) that is free when it first wants to collect. Where it has to
 * collect in the middle of twice as many, it moves them all, and half of the time is spent on that.
 */
const CHUNK = 1536;

function* chunksOf(lines: readonly Line[]): Generator<readonly Line[]> {
  if (lines.length <= CHUNK) yield lines;
  else for (let at = 0; at < lines.length; at += CHUNK) yield lines.slice(at, at + CHUNK);
}

/** Tests a few lines and explains each. Without dates they are entries of the journal, as journalctl shows them. */
export async function runLines(run: Run, texts: readonly string[], { dates, now, budget }: Dating): Promise<void> {
  const textOf = dates === undefined ? withoutTimestamp : (text: string) => text;
  const whole = texts.map((text, index): Line => ({ text: textOf(text), at: now, cursor: String(index + 1) }));
  const lines = dates === undefined ? whole : dateLines(whole, dates, budget);
  if (run.output !== 'short') return runTest(run, [{ lines, progress: undefined }]);
  const matcher = createMatcher(run.filter, { budget: run.budget });
  const style = styleFor(run.world.output, run.world.environment);
  for (const [index, line] of lines.entries()) {
    const title = lines.length > 1 ? `${style.dim(excerpt(texts[index] ?? ''))}\n` : '';
    const explanation = explainLine(run.filter, line.text, run.budget);
    run.world.output.write(`${title}${lineReport(matcher.match(line), explanation, style)}`);
  }
}
