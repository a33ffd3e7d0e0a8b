import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Entry } from '../../core/entry.js';
import { F2bError } from '../../errors.js';
import type { JournalHistory } from '../../ports/journal.js';
import { addressesOf } from '../address-argument.js';
import type { AddCommand } from '../command.js';
import type { Dependencies } from '../dependencies.js';
import {
  backwards,
  EVENT_MATCHES,
  follow,
  forwards,
  last,
  lastBeforeFollowing,
  type Selection,
} from '../event-reader.js';
import { EVENT_FIELDS, EVENT_FORMATS, type EventFormat, eventLine } from '../print/event.js';
import { styleFor } from '../print/style.js';
import { requireTime } from '../time-argument.js';

interface LogOptions {
  readonly jail?: string;
  readonly follow?: boolean;
  /** `true` for a bare `-n`. */
  readonly lines?: number | true;
  readonly reverse?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly directory?: string;
  readonly output: EventFormat;
}

/** journalctl's own default for a bare -n, and for -f. */
const FEW = 10;

/** `f2bctl log [ADDRESS]`, with the options of journalctl. */
export const addLog: AddCommand = (program, dependencies) => {
  options(program.command('log').description('show what the agent did, like journalctl'))
    .argument('[address]', 'only what is about this address, prefix or host')
    .action(async (address: string | undefined, given: LogOptions) => {
      if (given.reverse && given.follow) throw new F2bError('USAGE', '--reverse and --follow exclude each other');
      const selection = await selectionOf(address, given, dependencies);
      const elsewhere = given.directory === undefined ? {} : { directory: given.directory };
      const journal = await dependencies.openJournal({ matches: EVENT_MATCHES, fields: EVENT_FIELDS, ...elsewhere });
      try {
        await show(journal, selection, given, dependencies);
      } finally {
        journal.close();
      }
    });
};

function options(command: Command): Command {
  return command
    .option('-j, --jail <jail>', 'only what is about this jail')
    .option('-f, --follow', 'go on as things happen')
    .option('-n, --lines [n]', 'only the last n events', lineCount)
    .option('-r, --reverse', 'newest first')
    .option('-S, --since <time>', 'only what happened at or after this time, like "yesterday" or -1h')
    .option('-U, --until <time>', 'only what happened at or before this time')
    .option('-D, --directory <dir>', 'read the journal files of this folder')
    .addOption(new Option('-o, --output <format>', 'how to print').choices(EVENT_FORMATS).default('short'));
}

function lineCount(text: string): number {
  if (text === 'all') return Infinity;
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a number or "all".');
  return Number(text);
}

async function selectionOf(
  text: string | undefined,
  { jail, since, until }: LogOptions,
  { now, zone, resolve }: Dependencies,
): Promise<Selection> {
  return {
    addresses: text === undefined ? undefined : await addressesOf(text, resolve),
    jail,
    since: since === undefined ? undefined : requireTime('--since', since, now(), zone),
    until: until === undefined ? undefined : requireTime('--until', until, now(), zone),
  };
}

async function show(
  journal: JournalHistory,
  selection: Selection,
  given: LogOptions,
  { output, errors, environment, zone, untilStopped }: Dependencies,
): Promise<void> {
  const style = styleFor(output, environment);
  const print = (entry: Entry): void => output.write(`${eventLine(entry, given.output, style, zone)}\n`);
  let shown = 0;
  for (const entry of history(journal, selection, given)) {
    print(entry);
    shown += 1;
  }
  if (given.follow) await follow(journal, selection, print, untilStopped());
  else if (shown === 0) errors.write('-- No entries --\n');
}

/** The events to show at once, in the order to show them. */
function history(journal: JournalHistory, selection: Selection, given: LogOptions): Iterable<Entry> {
  const lines = given.lines === true ? FEW : given.lines;
  if (given.reverse) return first(backwards(journal, selection), lines ?? Infinity);
  if (given.follow && (lines !== undefined || selection.since === undefined)) {
    return lastBeforeFollowing(journal, selection, lines ?? FEW);
  }
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
