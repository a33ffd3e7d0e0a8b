/** Runs inside the namespaces of private-journald.ts: plays one scenario and prints what was seen as JSON. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import { journalEvents } from '../../src/notify/journal-events.js';
import type { JournalHistory, JournalStart } from '../../src/ports.js';
import { oneOfEachKind } from '../fakes/events.js';
import { libraryPath } from '../journal-files.js';
import { sleeps, startJournald } from './private-journald.js';

const BOOTS = ['1', '2', '3'].map((digit) => digit.repeat(32));

const library = openLibrary(libraryPath);

function openSshd(): JournalHistory {
  return openJournal({ library, matches: [['SYSLOG_IDENTIFIER=sshd']], fields: ['N'] });
}

/** Logs entries numbered from `from`, and one of another program after each. */
function log(from: number, count: number): void {
  for (let n = from; n < from + count; n++) {
    library.send([
      ['MESSAGE', `entry ${n}`],
      ['SYSLOG_IDENTIFIER', 'sshd'],
      ['N', String(n)],
    ]);
    library.send([
      ['MESSAGE', 'noise'],
      ['SYSLOG_IDENTIFIER', 'other'],
    ]);
  }
}

function rest(journal: JournalHistory): number[] {
  const found: number[] = [];
  for (let batch = journal.read(100); batch.length > 0; batch = journal.read(100)) {
    found.push(...batch.map(({ fields }) => Number(fields['N'])));
  }
  return found;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

function deletedFilesHeld(): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).endsWith('.journal (deleted)');
    } catch {
      return false;
    }
  }).length;
}

function mappedDeletedFiles(): number {
  return readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.includes('.journal (deleted)')).length;
}

/** Follows while journald rotates after every 50 entries and keeps two files. */
async function rotation() {
  const journald = await startJournald(BOOTS[0] ?? '');
  const journal = openSshd();
  journal.seek({ kind: 'tail' });
  const found: number[] = [];
  journal.onChange(() => void found.push(...rest(journal)));
  for (let round = 0; round < 20; round++) {
    log(round * 50, 50);
    journald.rotate();
    const logged = (round + 1) * 50;
    await until(() => found.length >= logged);
    journald.vacuum(2);
  }
  log(1000, 50);
  await until(() => found.length >= 1050);
  await sleep(600);
  found.push(...rest(journal));
  const held = { files: deletedFilesHeld(), maps: mappedDeletedFiles() };
  journal.close();
  await journald.stop();
  return { found, held };
}

/** A reader for every 30 entries or so, each resuming where the one before ended, over three boots with rotations. */
async function restarts() {
  const found: number[] = [];
  const outcomes = new Set<string>();
  let start: JournalStart = { kind: 'head' };
  let next = 0;
  for (const boot of BOOTS) {
    const journald = await startJournald(boot);
    for (let round = 0; round < 6; round++) {
      log(next, 30);
      next += 30;
      if (round % 3 === 2) journald.rotate();
      journald.sync();
      const journal = openSshd();
      outcomes.add(journal.seek(start));
      /** Stops short of the end, as a killed agent does. */
      for (const { cursor, receivedAt, fields } of journal.read(round === 5 && boot === BOOTS[2] ? 1000 : 23)) {
        found.push(Number(fields['N']));
        start = { kind: 'cursor', cursor, receivedAt };
      }
      journal.close();
    }
    await journald.stop();
  }
  return { found, outcomes: [...outcomes] };
}

/** Resumes after journald deleted the file with the saved entry, and after everything else was deleted too. */
async function vacuumed() {
  const journald = await startJournald(BOOTS[0] ?? '');
  log(0, 10);
  journald.sync();
  const first = openSshd();
  const [saved] = first.read(4).slice(-1);
  first.close();
  if (saved === undefined) throw new Error('nothing was logged');
  journald.rotate();
  log(10, 10);
  journald.rotate();
  log(20, 10);
  journald.sync();
  journald.vacuum(2);
  const journal = openSshd();
  const outcome = journal.seek({ kind: 'cursor', ...saved });
  const found = rest(journal);
  const gone = journal.entryAt(saved.cursor) === undefined;
  journal.close();
  await journald.stop();
  return { outcome, found, gone };
}

/** Threads other than Node's, with how often they slept while an open journal had nothing to tell. */
async function idle() {
  const journald = await startJournald(BOOTS[0] ?? '');
  log(0, 5);
  journald.sync();
  const journal = openSshd();
  journal.seek({ kind: 'tail' });
  let wakes = 0;
  journal.onChange(() => {
    wakes++;
    journal.read(10);
  });
  journal.read(10);
  await sleep(1500);
  const threads = readdirSync('/proc/self/task').filter((thread) =>
    readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').startsWith('f2b-journal'),
  );
  const before = { wakes, sleeps: threads.map(sleeps) };
  await sleep(3000);
  const after = { wakes, sleeps: threads.map(sleeps) };
  journal.close();
  await journald.stop();
  return { threads: threads.length, before, after };
}

/** All kinds of events through journald and back. */
async function events() {
  const journald = await startJournald(BOOTS[0] ?? '');
  const notifier = journalEvents({
    send: (fields) => library.send(fields),
    stderr: (text) => {
      throw new Error(text);
    },
  });
  for (const event of Object.values(oneOfEachKind)) notifier.notify(event);
  journald.sync();
  const fields = ['F2B_EVENT', 'F2B_ADDRESS', 'F2B_CURSOR', 'MESSAGE_ID', 'PRIORITY', '_PID'];
  const read = (...matches: string[][]) => {
    const journal = openJournal({ library, matches, fields });
    journal.seek({ kind: 'tail' });
    const entries = journal.readBackwards(100).toReversed();
    journal.close();
    return entries;
  };
  const all = read(['SYSLOG_IDENTIFIER=f2bd', `_PID=${process.pid}`]);
  const ofAddress = read(['F2B_ADDRESS=203.0.113.7', 'F2B_EVENT=ban', 'F2B_EVENT=unban']);
  await journald.stop();
  return {
    all: all.map(({ line, fields: found }) => ({ line: line.replace(/^\S+ /, ''), id: found['MESSAGE_ID'] })),
    ofAddress: ofAddress.map(({ fields: found }) => found),
  };
}

const scenarios: Readonly<Record<string, () => Promise<unknown>>> = { rotation, restarts, vacuumed, idle, events };

const scenario = scenarios[process.argv[2] ?? ''];
if (scenario === undefined) throw new Error(`scenarios: ${Object.keys(scenarios).join(' ')}`);
process.stdout.write(JSON.stringify(await scenario()));
