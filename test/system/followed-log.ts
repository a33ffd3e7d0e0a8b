/** Numbered entries that are logged, and followed as the agent follows the journal. Inside private-journald.ts's namespaces. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootId } from '../../src/journal/boot-id.js';
import { openFollowedHistory } from '../../src/journal/followed-history.js';
import { openLiveJournal } from '../../src/journal/live-journal.js';
import { openLibrary } from '../../src/journal/native.js';
import type { Journal, JournalHistory, JournalStart, LiveJournal } from '../../src/ports/journal.js';
import { libraryPath } from '../support/journal-files.js';

/** Longer than journald takes to tell of an entry, and to notice that its file is gone; ms. */
const TIMEOUT = 8_000;

export const library = openLibrary(libraryPath);

/** Runs a program; returns what it printed. Throws when it fails. */
export function run(command: string, ...args: readonly string[]): string {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr}`);
  return done.stdout;
}

let logged = 0;

/** Logs the next `count` numbered entries. */
export function log(count = 3): void {
  for (let n = 0; n < count; n++)
    library.send([
      [
        ['MESSAGE', `entry ${logged}`],
        ['SYSLOG_IDENTIFIER', 'sshd'],
        ['N', String(logged++)],
      ],
    ]);
}

/** What was heard so far, in its order. */
const heard: number[] = [];

export function openSshd(): LiveJournal {
  const matches = [['SYSLOG_IDENTIFIER=sshd']];
  return openLiveJournal({ library, matches, fields: ['N'], presentBoot: bootId() });
}

/** The same as people's commands have it. */
export function openSshdHistory(): JournalHistory {
  const matches = [['SYSLOG_IDENTIFIER=sshd']];
  return openFollowedHistory({ library, matches, fields: ['N'], presentBoot: bootId() });
}

export function follow(start?: JournalStart): LiveJournal {
  return followed(openSshd(), start);
}

/** What the journal delivers from there on is heard. */
export function followed<J extends Journal>(journal: J, start: JournalStart = { kind: 'head' }): J {
  const take = () => {
    do heard.push(...journal.read(100).map(({ fields }) => Number(fields['N'])));
    while (!journal.isAtEnd);
  };
  journal.seek(start);
  journal.onChange(take);
  take();
  return journal;
}

/** Waits until the last entry logged was heard, or for so long that it never will be. */
export async function listen(): Promise<void> {
  for (const end = Date.now() + TIMEOUT; !heard.includes(logged - 1) && Date.now() < end; ) await sleep(20);
}

/** What is in the journal by now, as journalctl has it. */
function recorded(): number[] {
  const text = run('journalctl', '-q', '-o', 'json', '--output-fields=N', 'SYSLOG_IDENTIFIER=sshd');
  const numbers = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => Number(JSON.parse(line).N));
  return [...new Set(numbers)];
}

/** Prints what was logged, heard and recorded, once nothing is under way any more. */
export async function report(): Promise<void> {
  run('journalctl', '--sync');
  await sleep(600);
  process.stdout.write(JSON.stringify({ logged, heard, recorded: recorded() }));
}
