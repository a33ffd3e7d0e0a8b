/** Runs lines through a filter and writes what came of them, without ever holding more than a batch. */
import type { Budget } from '../../filter/budget.js';
import type { DatedLines, Zone } from '../../filter/dated-lines.js';
import type { Line, Matcher, Verdict } from '../../filter/filter.js';
import type { Filter } from '../../filter/load-filter.js';
import { createMatcher } from '../../filter/matcher.js';
import { printable, styleFor } from './printable.js';
import { Progress } from './progress.js';
import { summaryJson, verdictJson } from './report-json.js';
import { lineReport } from './report-line.js';
import { shortReport } from './report-short.js';
import type { Batch } from './sources.js';
import { Statistics } from './statistics.js';

export type TestOutput = 'short' | 'json' | 'summary-json';

export interface Run {
  readonly filter: Filter;
  readonly zone: Zone;
  readonly output: TestOutput;
  readonly budget: Budget;
}

/** Tests all lines of the batches. */
export async function runTest(
  { filter, zone, output, budget }: Run,
  batches: Iterable<Batch> | AsyncIterable<Batch>,
): Promise<void> {
  const statistics = new Statistics(output === 'short');
  const matcher = createMatcher(filter, { observer: statistics.observe, budget });
  const progress = new Progress(process.stderr, output === 'short');
  const startedAt = performance.now();
  const report =
    output === 'json' ? (number: number, verdict: Verdict) => verdictJson(number, verdict, zone) : undefined;
  for await (const batch of batches) {
    let text = '';
    for (const lines of chunksOf(batch.lines)) text += testLines(lines, matcher, statistics, report);
    if (text !== '') await write(text);
    progress.show(statistics.entries, batch.progress);
  }
  progress.end();
  const seconds = (performance.now() - startedAt) / 1000;
  if (output === 'summary-json') await write(summaryJson(statistics, seconds));
  if (output === 'short') await write(shortReport(filter, statistics, seconds, terminalStyle()));
}

/** Counts what the matcher makes of the lines; returns what is reported of them. */
function testLines(
  lines: readonly Line[],
  matcher: Matcher,
  statistics: Statistics,
  report: ((number: number, verdict: Verdict) => string) | undefined,
): string {
  let text = '';
  const verdicts = matcher.matchAll(lines);
  for (let at = 0; at < lines.length; at += 1) {
    const [line, verdict] = [lines[at], verdicts[at]];
    if (line === undefined || verdict === undefined) continue;
    statistics.count(verdict, line);
    if (report !== undefined) text += report(statistics.entries, verdict);
  }
  return text;
}

/** Lines matched at a time: enough to hide what watching them costs, few enough to be dropped soon. */
const CHUNK = 2048;

function* chunksOf(lines: readonly Line[]): Generator<readonly Line[]> {
  if (lines.length <= CHUNK) yield lines;
  else for (let at = 0; at < lines.length; at += CHUNK) yield lines.slice(at, at + CHUNK);
}

/** Tests a few lines and explains each. Lines copied from journalctl may begin with a date. */
export async function runLines(
  run: Run,
  texts: readonly string[],
  dates: DatedLines | undefined,
  now: number,
): Promise<void> {
  const lines = texts.map((text, index): Line => {
    const cursor = String(index + 1);
    if (dates === undefined) return { text, at: now, cursor };
    const line = dates.read(text, cursor);
    return { ...line, text: line.text.trimStart() };
  });
  if (run.output !== 'short') return runTest(run, [{ lines, progress: undefined }]);
  const matcher = createMatcher(run.filter, { budget: run.budget });
  const style = terminalStyle();
  for (const [index, line] of lines.entries()) {
    const title = lines.length > 1 ? `${style.dim(printable(texts[index] ?? ''))}\n` : '';
    await write(`${title}${lineReport(run.filter, line, matcher.match(line), style)}`);
  }
}

function terminalStyle() {
  return styleFor(process.stdout.isTTY === true && !process.env['NO_COLOR']);
}

/** Waits for a slow reader instead of piling up output; who stops reading ends the program quietly. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
