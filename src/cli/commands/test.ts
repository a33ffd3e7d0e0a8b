/** `f2bctl test`: tries a filter on lines, files or the journal. Needs no agent, bans nobody. */
import { InvalidArgumentError, Option } from 'commander';
import { printableLines } from '../../core/printable.js';
import { formatProblem, isError, type Problem } from '../../core/problem.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import { createDatedLines, type DateContext, type DatedLines } from '../../filter/dated-lines.js';
import { parseFilterSpec } from '../../filter/filter-spec.js';
import { type Filter, filterOfRegex, loadFilter } from '../../filter/load-filter.js';
import { listFolder, readFileIfThere } from '../../host/files/read-file.js';
import { requireTime } from '../arguments/time-argument.js';
import { type AddCommand, collect, configDirectoryOption } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import { type Run, runLines, runTest, type TestOutput } from '../test-filter/run.js';
import { type Dating, fileLines, journalLines } from '../test-filter/sources.js';
import { type Kind, kinds } from '../test-filter/statistics.js';

interface TestOptions {
  readonly file?: string;
  readonly journal?: boolean;
  readonly directory?: string;
  readonly namespace?: string;
  readonly unit?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly filterPath?: readonly string[];
  readonly configDirectory: string;
  readonly now?: string;
  readonly show?: readonly Kind[];
  readonly output: TestOutput;
}

function kindArgument(value: string, sofar: readonly Kind[] = []): readonly Kind[] {
  const kind = kinds.find((known) => known === value);
  if (kind === undefined) throw new InvalidArgumentError(`Allowed choices are ${kinds.join(', ')}.`);
  return [...sofar, kind];
}

/** `f2bctl test FILTER [LINE…]` */
export const addTest: AddCommand = (program, dependencies) => {
  program
    .command('test')
    .description('try a filter on lines, files or the journal')
    .argument('<filter>', 'name with options (sshd[mode=aggressive]), a file, or a regex with <HOST>')
    .argument('[line...]', 'lines as journalctl shows them')
    .option('--file <path>', 'lines of a log file, - for standard input')
    .option('--journal', 'entries of the journal')
    .option('-D, --directory <dir>', 'the journal files of this folder')
    .option('--namespace <name>', 'entries of units with this LogNamespace=')
    .option('-u, --unit <unit>', 'entries of this unit; may be repeated', collect)
    .option('-S, --since <time>', 'entries from this time on')
    .option('-U, --until <time>', 'entries up to this time')
    .option('--filter-path <dir>', 'look for filters in this folder first; may be repeated', collect)
    .addOption(configDirectoryOption())
    .option('--now <time>', 'take this for the current time when dates are incomplete')
    .addOption(
      new Option('--show <kind>', 'print all lines of this kind above the short report; may be repeated')
        .choices(kinds)
        .argParser(kindArgument),
    )
    .addOption(
      new Option('-o, --output <format>', 'how to print').choices(['short', 'json', 'summary-json']).default('short'),
    )
    .action(async (first: string, others: readonly string[], given: TestOptions) => {
      const { name, lines, options } = inOurOrder(first, others, given);
      const { journal, directory, namespace, unit } = options;
      const isJournal = journal === true || [directory, namespace, unit].some((given) => given !== undefined);
      if (directory !== undefined && namespace !== undefined) throw new F2bError('USAGE', ONE_JOURNAL);
      refuseSources([lines.length > 0, options.file !== undefined, isJournal].filter(Boolean).length);
      if (!isJournal && (options.since ?? options.until) !== undefined) throw new F2bError('USAGE', TIMES_OF_JOURNAL);
      const run = await runOf(name, options, dependencies);
      if (isJournal) return testJournal(run, options, dependencies);
      const dating = datingOf(name, run, options, dependencies);
      return options.file === undefined ? runLines(run, lines, dating) : runTest(run, fileLines(options.file, dating));
    });
};

/** fail2ban-regex takes the file, or `systemd-journal`, before the filter. */
function inOurOrder(first: string, others: readonly string[], options: TestOptions) {
  const [filter] = others;
  const isFilter = filter !== undefined && others.length === 1 && (!/\s/.test(filter) || isRegex(filter));
  if (isFilter && first === 'systemd-journal')
    return { name: filter, lines: [], options: { ...options, journal: true } };
  const isFile = /^[./]/.test(first) && !/\.(?:conf|local)$/.test(first) && !isRegex(first);
  if (isFilter && isFile) return { name: filter, lines: [], options: { ...options, file: first } };
  return { name: first, lines: others, options };
}

const ONE_JOURNAL = '--directory and --namespace exclude one another';
const TIMES_OF_JOURNAL = '--since and --until pick entries of the journal, not lines';

function refuseSources(count: number): void {
  if (count === 1) return;
  const what = count === 0 ? 'there is nothing to test on' : 'lines, --file and --journal exclude one another';
  throw new F2bError('USAGE', what, { hint: 'give one of them: f2bctl test FILTER LINE, --file PATH, or --journal' });
}

async function runOf(name: string, options: TestOptions, dependencies: Dependencies): Promise<Run> {
  return {
    world: dependencies,
    filter: await filterFor(name, options, dependencies),
    zone: dependencies.zone,
    output: options.output,
    budget: await dependencies.budget(),
    show: options.show ?? [],
  };
}

async function testJournal(run: Run, options: TestOptions, { now, openJournal }: Dependencies): Promise<void> {
  const { unit = [], directory, namespace, since, until } = options;
  const timeOf = (option: string, text: string): number => requireTime(option, text, now(), run.zone);
  const from = since === undefined ? undefined : timeOf('--since', since);
  const to = until === undefined ? Number.POSITIVE_INFINITY : timeOf('--until', until);
  const units = unit.map((one) => `_SYSTEMD_UNIT=${/\.\w+$/.test(one) ? one : `${one}.service`}`);
  const matches = units.length > 0 ? [units] : run.filter.journalmatch;
  const place = { ...(directory && { directory }), ...(namespace && { namespace }) };
  const journal = await openJournal({ matches, fields: [], ...place });
  try {
    journal.seek(from === undefined ? { kind: 'head' } : { kind: 'since', since: from });
    await runTest(run, journalLines(journal, to));
  } finally {
    journal.close();
  }
}

function datingOf(name: string, { filter, zone, budget }: Run, options: TestOptions, world: Dependencies): Dating {
  const clock = world.now();
  const now = options.now === undefined ? clock : requireTime('--now', options.now, clock, zone);
  return {
    dates: datesFor(name, filter, { now: now / MICROS_PER_SECOND, zone }, options.file !== undefined, world),
    now,
    budget,
  };
}

/** Dates are looked for in files, and in lines that are said to be of one; the journal's have none. */
function datesFor(
  name: string,
  filter: Filter,
  context: DateContext,
  isFile: boolean,
  dependencies: Dependencies,
): DatedLines | undefined {
  const logtype = parseFilterSpec(name).value?.options['logtype'] ?? (isFile ? 'file' : 'journal');
  if (logtype === 'journal') return undefined;
  const { value, problems } = createDatedLines(filter, context);
  report(problems, dependencies);
  return value;
}

async function filterFor(name: string, options: TestOptions, dependencies: Dependencies): Promise<Filter> {
  const { filterPath = [], configDirectory, file } = options;
  const spec = isRegex(name) ? undefined : parseFilterSpec(name);
  const path = [...filterPath, ...(await dependencies.filterPath(configDirectory))];
  const defaults = { logtype: file === undefined ? 'journal' : 'file' };
  const library = { path, read: readFileIfThere, list: listFolder, defaults };
  if (spec !== undefined && spec.value === undefined) report(spec.problems, dependencies);
  const { value, problems } = spec?.value === undefined ? filterOfRegex(name) : loadFilter(spec.value, library);
  report(problems, dependencies);
  if (value === undefined) throw new F2bError('FILTER_INVALID', name);
  return value;
}

/** A tag, or what no file name has. */
function isRegex(text: string): boolean {
  return /<[A-Z][A-Z0-9_-]*\/?>|[\\^$*+?()|]/.test(text.replace(/\[.*$/s, '')) || /<(?:HOST|ADDR|F-[A-Z])/.test(text);
}

/** Of a file that is no filter, every line is a problem. */
const MOST = 20;

/** Throws when one of the problems is an error; all are told before. */
function report(problems: readonly Problem[], { errors }: Dependencies): void {
  for (const problem of problems.slice(0, MOST)) errors.write(`${printableLines(formatProblem(problem))}\n`);
  if (problems.length > MOST) errors.write(`… and ${problems.length - MOST} more problems\n`);
  if (problems.some(isError)) throw new F2bError('FILTER_INVALID');
}
