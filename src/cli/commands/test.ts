/** `f2bctl test`: tries a filter on lines, files or the journal. Needs no agent, bans nobody. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatProblem, type Problem } from '../../core/problem.js';
import { F2bError } from '../../errors.js';
import type { Budget } from '../../filter/budget.js';
import { createDatedLines, type DateContext, type DatedLines } from '../../filter/dated-lines.js';
import { parseFilterSpec } from '../../filter/filter-spec.js';
import { type Filter, filterOfRegex, loadFilter } from '../../filter/load-filter.js';
import type { JournalHistory } from '../../ports.js';
import { collect } from '../command.js';
import { listFolder, readFileIfThere } from '../test-filter/disk.js';
import { type Run, runLines, runTest, type TestOutput } from '../test-filter/run.js';
import { fileLines, journalLines } from '../test-filter/sources.js';
import { type Kind, kinds } from '../test-filter/statistics.js';
import { requireTime } from '../time-argument.js';
import { localZone } from '../zone.js';

/** Which entries `--journal` reads. `matches` as in the Journal's options: alternatives of FIELD=value. */
export interface JournalRequest {
  readonly directory?: string;
  readonly matches: readonly (readonly string[])[];
}

export interface TestDependencies {
  /** Folders searched for filters after those of `--filter-path`. */
  readonly filterPath: readonly string[];
  /** Opens the journal; loaded only when it is needed. */
  readonly openJournal: (request: JournalRequest) => Promise<JournalHistory>;
  /** How long a line may take. */
  readonly budget: Budget;
}

interface TestOptions {
  readonly file?: string;
  readonly journal?: boolean;
  readonly directory?: string;
  readonly unit?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly filterPath?: readonly string[];
  readonly now?: string;
  readonly show?: readonly Kind[];
  readonly output: TestOutput;
}

function kindArgument(value: string, sofar: readonly Kind[] = []): readonly Kind[] {
  const kind = kinds.find((known) => known === value);
  if (kind === undefined) throw new InvalidArgumentError(`Allowed choices are ${kinds.join(', ')}.`);
  return [...sofar, kind];
}

/** Adds the command to the program. */
export function addTestCommand(program: Command, dependencies: TestDependencies): void {
  program
    .command('test')
    .description('try a filter on lines, files or the journal')
    .argument('<filter>', 'name with options (sshd[mode=aggressive]), a file, or a regex with <HOST>')
    .argument('[line...]', 'lines as journalctl shows them')
    .option('--file <path>', 'lines of a log file, - for standard input')
    .option('--journal', 'entries of the journal')
    .option('-D, --directory <dir>', 'the journal files of this folder')
    .option('-u, --unit <unit>', 'entries of this unit; may be repeated', collect)
    .option('-S, --since <time>', 'entries from this time on')
    .option('-U, --until <time>', 'entries up to this time')
    .option('--filter-path <dir>', 'look for filters in this folder first; may be repeated', collect)
    .option('--now <time>', 'take this for the current time when dates are incomplete')
    .addOption(
      new Option('--show <kind>', 'print all lines of this kind above the short report; may be repeated')
        .choices(kinds)
        .argParser(kindArgument),
    )
    .addOption(
      new Option('-o, --output <format>', 'how to print').choices(['short', 'json', 'summary-json']).default('short'),
    )
    .action(async (name: string, lines: readonly string[], options: TestOptions) => {
      await test(name, lines, options, dependencies);
    });
}

async function test(name: string, lines: readonly string[], options: TestOptions, dependencies: TestDependencies) {
  const isJournal = options.journal === true || options.directory !== undefined || options.unit !== undefined;
  const sources = [lines.length > 0, options.file !== undefined, isJournal].filter(Boolean).length;
  if (sources !== 1) {
    const hint = 'give one of them: f2bctl test FILTER LINE, --file PATH, or --journal';
    throw new F2bError(
      'USAGE',
      sources === 0 ? 'there is nothing to test on' : 'lines, --file and --journal exclude one another',
      { hint },
    );
  }
  const zone = localZone(process.env['TZ']);
  const clock = Date.now() * 1000;
  const now = options.now === undefined ? clock : requireTime('--now', options.now, clock, zone);
  const filter = filterFor(name, options, dependencies, options.file === undefined ? 'journal' : 'file');
  const run: Run = { filter, zone, output: options.output, budget: dependencies.budget, show: options.show ?? [] };
  const dating = () => ({ dates: datesFor(filter, name, { now: now / 1e6, zone }), now, budget: run.budget });
  if (options.file !== undefined) return runTest(run, fileLines(options.file, dating()));
  if (!isJournal) return runLines(run, lines, dating());
  const journal = await openJournal(filter, options, dependencies);
  try {
    if (options.since === undefined) journal.seek({ kind: 'head' });
    else journal.seek({ kind: 'since', since: requireTime('--since', options.since, now, zone) });
    const until =
      options.until === undefined ? Number.POSITIVE_INFINITY : requireTime('--until', options.until, now, zone);
    await runTest(run, journalLines(journal, until));
  } finally {
    journal.close();
  }
}

function openJournal(filter: Filter, { directory, unit = [] }: TestOptions, dependencies: TestDependencies) {
  const units = unit.map((name) => `_SYSTEMD_UNIT=${/\.\w+$/.test(name) ? name : `${name}.service`}`);
  const matches = units.length > 0 ? [units] : filter.journalmatch;
  return dependencies.openJournal({ matches, ...(directory === undefined ? {} : { directory }) });
}

/** Dates are looked for unless the lines are said to be the journal's, which have none. */
function datesFor(filter: Filter, name: string, context: DateContext): DatedLines | undefined {
  if (parseFilterSpec(name).value?.options['logtype'] === 'journal') return undefined;
  const { value, problems } = createDatedLines(filter, context);
  report(problems);
  return value;
}

function filterFor(name: string, options: TestOptions, dependencies: TestDependencies, logtype: string): Filter {
  const spec = isRegex(name) ? undefined : parseFilterSpec(name);
  const path = [...(options.filterPath ?? []), ...dependencies.filterPath];
  const library = { path, read: readFileIfThere, list: listFolder, defaults: { logtype } };
  if (spec !== undefined && spec.value === undefined) report(spec.problems);
  const { value, problems } = spec?.value === undefined ? filterOfRegex(name) : loadFilter(spec.value, library);
  report(problems);
  if (value === undefined) throw new F2bError('FILTER_INVALID', name);
  return value;
}

/** A tag, or what no file name has. */
function isRegex(text: string): boolean {
  return /<[A-Z][A-Z0-9_-]*\/?>|[\\^$*+?()|]/.test(text.replace(/\[.*$/s, '')) || /<(?:HOST|ADDR|F-[A-Z])/.test(text);
}

/** Throws when one of the problems is an error; all are told before. */
function report(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  process.stderr.write(`${problems.map(formatProblem).join('\n')}\n`);
  if (problems.some(({ severity }) => severity !== 'warning')) throw new F2bError('FILTER_INVALID');
}
