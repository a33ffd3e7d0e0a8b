/** `f2bctl log`: what the agent did, from the journal. Needs no agent. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { sleep } from '../../async/time/sleep.js';
import { boolean } from '../../config/values/readers.js';
import type { Entry } from '../../core/entry.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import { EVENT_FIELDS } from '../../events/fields.js';
import type { JournalHistory } from '../../ports/journal.js';
import { UTC } from '../../text/zone.js';
import { type AddCommand, collect, EndWith, throughPager } from '../command.js';
import type { Dependencies, Piece } from '../dependencies.js';
import { eventMatches } from '../event-matches.js';
import { backwards, follow, forwards, last, lastBeforeFollowing, type Selection } from '../event-reader.js';
import { type GeoIpOptions, geoipOption, type Locate, locating } from '../geoip.js';
import { bootApart, type LogOptions, priorityRange, selectionOf, tellUnknown } from '../log-selection.js';
import {
  bootText,
  EVENT_FORMATS,
  type EventFormat,
  eventText,
  explanationText,
  exportedBytes,
  isAnnotated,
} from '../print/event.js';
import { narrowed, valueLines } from '../print/narrowed-entry.js';
import { styleFor } from '../print/style.js';

interface ShowOptions extends LogOptions, GeoIpOptions {
  readonly follow?: boolean;
  /** `true` for a bare `-n`. */
  readonly lines?: LineCount | true;
  readonly reverse?: boolean;
  readonly pagerEnd?: boolean;
  readonly catalog?: boolean;
  readonly showCursor?: boolean;
  readonly quiet?: boolean;
  readonly directory?: string;
  readonly utc?: boolean;
  readonly hostname: boolean;
  readonly outputFields?: readonly string[];
  readonly output: EventFormat;
}

/** journalctl's own default for a bare -n, and for -f. */
const FEW = 10;
/** journalctl's for -e. */
const MANY = 1_000;
/** As journalctl ends when no message matches --grep. */
const NOT_FOUND = 1;
/** So long after it was written an entry may be told of, µs: journald does it within half of that. */
const LATEST = MICROS_PER_SECOND;

/** `f2bctl log [ADDRESS|JAIL…]`, with the options of journalctl. */
export const addLog: AddCommand = (program, dependencies) => {
  display(choice(program.command('log').description('show what the agent did, like journalctl')))
    .argument('[what...]', 'only what is about these addresses, prefixes, jails or hosts')
    .action(async (typed: readonly string[], { boot: wanted, ...rest }: ShowOptions) => {
      const { words, boot } = bootApart(typed, wanted);
      const given: ShowOptions = boot === undefined ? rest : { ...rest, boot };
      if (given.reverse && given.follow) throw new F2bError('USAGE', '--reverse and --follow exclude each other');
      const elsewhere = given.directory === undefined ? {} : { directory: given.directory };
      const matches = eventMatches(dependencies, given.directory);
      const journal = await dependencies.openJournal({ matches, fields: EVENT_FIELDS, ...elsewhere });
      try {
        const selection = await selectionOf(words, given, journal, dependencies);
        await locating(given, dependencies, (locate) => show(journal, selection, given, dependencies, locate));
      } finally {
        journal.close();
      }
    });
};

function choice(command: Command): Command {
  return command
    .option('-j, --jail <jail>', 'only what is about this jail, globs allowed; may be repeated', collect)
    .option('-u, --unit <unit>', 'only what is about the jail of this unit, globs allowed; may be repeated', collect)
    .option('--event <kinds>', 'only these kinds, such as ban,unban', collect)
    .option('-g, --grep <pattern>', 'only messages that match this regular expression')
    .addOption(
      new Option('--case-sensitive [boolean]', 'whether --grep tells capitals apart; by default when it has any')
        .preset('yes')
        .argParser(yesOrNo),
    )
    .option('-p, --priority <level>', 'only this urgent or more, or a range such as err..notice', priorityRange)
    .option('-b, --boot [id]', 'only of this boot, by default the newest: -1 the one before, 1 the first, or all')
    .option('-S, --since <time>', 'only what happened at or after this time, like "yesterday" or -1h')
    .option('-U, --until <time>', 'only what happened at or before this time')
    .option('--cursor <cursor>', 'from this entry on')
    .option('--after-cursor <cursor>', 'what comes after this entry')
    .option('--cursor-file <file>', 'what comes after the entry named in this file, which is kept up to date')
    .option('-D, --directory <dir>', 'read the journal files of this folder');
}

function display(command: Command): Command {
  return command
    .option('-f, --follow', 'go on as things happen')
    .option('-n, --lines [n]', 'only the last n events', lineCount)
    .option('-r, --reverse', 'newest first')
    .option('-e, --pager-end', 'begin at the end, with the last 1000 events')
    .option('-x, --catalog', 'explain each message')
    .option('--show-cursor', 'print the cursor of the last event')
    .option('-q, --quiet', 'no word when there is nothing to show')
    .option('--utc', 'times in UTC')
    .option('--no-hostname', 'without the name of the host')
    .option('--output-fields <fields>', 'only these fields, with -o json, verbose, export and cat', fieldList)
    .addOption(geoipOption())
    .addOption(new Option('-o, --output <format>', 'how to print').choices(EVENT_FORMATS).default('short'));
}

function yesOrNo(text: string): boolean {
  const read = boolean(text);
  if (read.ok) return read.value;
  throw new InvalidArgumentError('It must be yes or no.');
}

function fieldList(text: string, sofar: readonly string[] = []): readonly string[] {
  return [...sofar, ...text.split(',')];
}

/** How many events: the newest, or the oldest. */
interface LineCount {
  readonly count: number;
  readonly isOfOldest: boolean;
}

/** `N`, `+N` or `all`. */
function lineCount(text: string): LineCount {
  if (text === 'all') return { count: Infinity, isOfOldest: false };
  if (!/^\+?\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a number, +NUMBER or "all".');
  return { count: Number(text), isOfOldest: text.startsWith('+') };
}

async function show(
  journal: JournalHistory,
  selection: Selection,
  given: ShowOptions,
  dependencies: Dependencies,
  locate: Locate,
): Promise<void> {
  const { output, environment, catalog, configuration } = dependencies;
  const zone = given.utc === true ? UTC : dependencies.zone;
  const style = styleFor(output, environment);
  const explanations = given.catalog === true && isAnnotated(given.output) ? catalog() : undefined;
  const look = { format: given.output, style, zone, locate };
  let newest: Entry | undefined;
  let previous: Entry | undefined;
  const textOf = (entry: Entry): Piece => {
    const above = isAnnotated(given.output) && given.quiet !== true ? bootText(entry, previous, style) : '';
    const explanation = explanations?.get(entry.fields['MESSAGE_ID'] ?? '');
    const below = explanation === undefined ? '' : explanationText(explanation, style);
    const isForPrograms = given.output === 'export' && !output.isTerminal;
    const text = () => valueLines(entry, given) ?? eventText(narrowed(entry, given), look, previous);
    const piece = isForPrograms ? exportedBytes(narrowed(entry, given)) : above + text() + below;
    previous = entry;
    if (newest === undefined || given.reverse !== true) newest = entry;
    return piece;
  };
  const print = (entry: Entry): void => output.write(textOf(entry));
  const past = history(journal, selection, given);
  if (given.follow) for (const entry of past) print(entry);
  else await throughPager(dependencies, textsOf(past, textOf), { isAtEnd: given.pagerEnd === true });
  if (given.follow) await follow(journal, selection, print, endOf(selection, dependencies));
  else if (newest === undefined && given.quiet !== true) await tellNone(given, dependencies);
  if (newest === undefined && given.grep !== undefined && !given.follow) throw new EndWith(NOT_FOUND);
  if (newest === undefined) return;
  if (given.showCursor === true) output.write(`-- cursor: ${newest.cursor}\n`);
  if (given.cursorFile !== undefined) configuration.writeOutput(given.cursorFile, `${newest.cursor}\n`);
}

function* textsOf(entries: Iterable<Entry>, textOf: (entry: Entry) => Piece): Generator<Piece> {
  for (const entry of entries) yield textOf(entry);
}

/** When following ends: when it is stopped, or nothing more can come that is wanted. */
function endOf({ until }: Selection, { untilStopped, clock }: Dependencies): AbortSignal {
  const stopped = untilStopped();
  if (until === undefined) return stopped;
  const over = new AbortController();
  void sleep(clock, until + LATEST - clock.now(), stopped).then(() => over.abort());
  return over.signal;
}

async function tellNone(given: ShowOptions, dependencies: Dependencies): Promise<void> {
  dependencies.errors.write('-- No entries --\n');
  await tellUnknown(given, dependencies);
}

/** The events to show at once, in the order to show them. */
function history(journal: JournalHistory, selection: Selection, given: ShowOptions): Iterable<Entry> {
  const asked = typeof given.lines === 'object' ? given.lines : undefined;
  if (asked?.isOfOldest) return first(forwards(journal, selection), asked.count);
  const lines = given.lines === true ? FEW : (asked?.count ?? (given.pagerEnd === true ? MANY : undefined));
  if (given.reverse) return first(backwards(journal, selection), lines ?? Infinity);
  if (given.follow && selection.from === undefined && (lines !== undefined || selection.since === undefined)) {
    return lastBeforeFollowing(journal, selection, lines ?? FEW);
  }
  if (selection.from !== undefined) return first(forwards(journal, selection), lines ?? Infinity);
  return lines === undefined ? forwards(journal, selection) : last(journal, selection, lines);
}

function* first(entries: Iterable<Entry>, count: number): Generator<Entry> {
  let left = count;
  for (const entry of entries) {
    if (left <= 0) return;
    left -= 1;
    yield entry;
  }
}
