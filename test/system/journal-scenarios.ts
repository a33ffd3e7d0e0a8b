/** Runs inside the namespaces of private-journald.ts: plays one scenario and prints what was seen as JSON. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DROPPED_MATCH, tellsOfDropped, unitOfDropped } from '../../src/core/dropped-entries.js';
import { droppedEvent } from '../../src/daemon/reading/dropped-event.js';
import { createRouting } from '../../src/daemon/reading/routing/routing.js';
import { openLibrary } from '../../src/journal/native.js';
import { openJournal } from '../../src/journal/reader.js';
import { journalEvents } from '../../src/notify/journal-events.js';
import type { JournalHistory, JournalStart } from '../../src/ports/journal.js';
import { oneOfEachKind } from '../fakes/events.js';
import { libraryPath, writeJournal } from '../support/journal-files.js';
import { as, sent, streamer } from './jail-writers.js';
import { sleeps, startJournald } from './private-journald.js';
import { unitGroup } from './unit-group.js';

const BOOTS = ['1', '2', '3'].map((digit) => digit.repeat(32));

const library = openLibrary(libraryPath);

function openSshd(): JournalHistory {
  return openJournal({ library, matches: [['SYSLOG_IDENTIFIER=sshd']], fields: ['N'] });
}

/** Logs entries numbered from `from`, and one of another program after each. */
function log(from: number, count: number): void {
  for (let n = from; n < from + count; n++) {
    library.send([
      [
        ['MESSAGE', `entry ${n}`],
        ['SYSLOG_IDENTIFIER', 'sshd'],
        ['N', String(n)],
      ],
    ]);
    library.send([
      [
        ['MESSAGE', 'noise'],
        ['SYSLOG_IDENTIFIER', 'other'],
      ],
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
  const last = performance.now() + 60_000;
  while (!condition()) {
    if (performance.now() > last) throw new Error(`within a minute it did not become true that ${condition}`);
    await sleep(5);
  }
}

/** How many open files have a name like this. */
function held(name: RegExp): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return name.test(readlinkSync(`/proc/self/fd/${fd}`));
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
  const deleted = { files: held(/\.journal \(deleted\)$/), maps: mappedDeletedFiles() };
  journal.close();
  await journald.stop();
  return { found, deleted };
}

/** The number of the newest entry. Does not ask journald to sync: that would make its file whole. */
function lastLogged(): number {
  const journal = openSshd();
  journal.seek({ kind: 'tail' });
  const [entry] = journal.readBackwards(1);
  journal.close();
  return Number(entry?.fields['N'] ?? -1);
}

/** A reader for every 30 entries or so, each resuming where the one before ended. */
function restarting() {
  const found: number[] = [];
  const outcomes = new Set<string>();
  let start: JournalStart = { kind: 'head' };
  let next = 0;
  return {
    /** Reads `limit` entries of what is there after 30 more, and stops short of the end as a killed agent does. */
    async turn(limit = 23): Promise<void> {
      log(next, 30);
      next += 30;
      await until(() => lastLogged() === next - 1);
      const journal = openSshd();
      outcomes.add(journal.seek(start));
      for (const { cursor, receivedAt, fields } of journal.read(limit)) {
        found.push(Number(fields['N']));
        start = { kind: 'cursor', cursor, receivedAt };
      }
      journal.close();
    },
    seen: () => ({ found, outcomes: [...outcomes] }),
  };
}

/** Over three boots, each with a monotonic clock that starts anew, and rotations. */
async function restarts() {
  const reader = restarting();
  for (const [i, boot] of BOOTS.entries()) {
    const journald = await startJournald(boot, 100_000 * (BOOTS.length - i));
    for (let round = 0; round < 6; round++) {
      await reader.turn(i === 2 && round === 5 ? 1000 : 23);
      if (round % 3 === 2) journald.rotate();
    }
    await journald.stop();
  }
  return reader.seen();
}

/** Over crashes of journald, which leave damaged files behind. */
async function crashes() {
  const reader = restarting();
  for (const [i, boot] of [BOOTS[0], BOOTS[0], BOOTS[1], BOOTS[2]].entries()) {
    const journald = await startJournald(boot ?? '', i < 2 ? 100_000 : 10_000);
    for (let round = 0; round < 4; round++) await reader.turn(i === 3 && round === 3 ? 1000 : 23);
    await journald.stop('SIGKILL');
  }
  const files = readdirSync('/var/log/journal', { recursive: true, encoding: 'utf8' });
  return { ...reader.seen(), damaged: files.filter((name) => name.endsWith('.journal~')).length };
}

/** What is read of this machine, of a namespace, and of a directory, when there are journals of several kinds. */
async function selection() {
  const machine = readFileSync('/etc/machine-id', 'utf8').trim();
  const folders = [machine, `${machine}.web`, 'remote', 'f'.repeat(32)].map((name) => `/var/log/journal/${name}`);
  const write = (path: string, message: string, uid = '0') =>
    writeJournal(path, [{ receivedAt: 1_700_000_000_000_000, fields: { MESSAGE: message, _UID: uid } }]);
  for (const folder of folders) mkdirSync(folder, { recursive: true });
  write(`${folders[0]}/system.journal`, 'of the system');
  write(`${folders[0]}/user-1000.journal`, 'of a user', '1000');
  write(`${folders[1]}/system.journal`, 'of a namespace');
  write(`${folders[2]}/remote-host.journal`, 'of another host');
  write(`${folders[3]}/system.journal`, 'of another machine');
  const read = async (options: { directory?: string; namespace?: string; matches?: string[][] }) => {
    const journal = openJournal({ library, matches: [], ...options, fields: [] });
    const lines = journal.read(100).map(({ line }) => line);
    const usersFiles = held(/\/user-[^/]*\.journal$/);
    journal.seek({ kind: 'head' });
    const inBulk: string[] = [];
    for await (const batch of journal.readLines()) inBulk.push(...batch.map(({ text }) => text));
    journal.close();
    return { lines: lines.sort(), inBulk: inBulk.sort(), usersFiles };
  };
  return {
    ofEverybody: await read({}),
    ofRoot: await read({ matches: [['_UID=0'], ['MESSAGE=of a user', '_UID=33']] }),
    ofOneUser: await read({ matches: [['_UID=1000']] }),
    ofNamespace: await read({ namespace: 'web' }),
    ofDirectory: await read({ directory: folders[2] ?? '' }),
  };
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

/** Events while journald reads nothing, and two entries in the longer forms of its protocol. */
async function stalled() {
  const journald = await startJournald(BOOTS[0] ?? '');
  const retries: (() => void)[] = [];
  const notifier = journalEvents({
    send: library.send,
    stderr: (text) => {
      throw new Error(text);
    },
    later: (run) => void retries.push(run),
  });
  journald.pause();
  // They end while it is waited for: their signals are not to end the wait.
  for (const seconds of ['0.05', '0.1', '0.15', '0.2']) spawn('sleep', [seconds]);
  for (let n = 0; n < 900; n++) notifier.notify(oneOfEachKind.ban);
  const tries = retries.length;
  journald.resume();
  await until(() => {
    retries.shift()?.();
    return retries.length === 0;
  });
  for (const message of ['two\nlines', 'x'.repeat(1_000_000)])
    library.send([
      [
        ['MESSAGE', message],
        ['SYSLOG_IDENTIFIER', 'sshd'],
      ],
    ]);
  journald.sync();
  const printed = (identifier: string) =>
    spawnSync('journalctl', ['-q', '-o', 'cat', `SYSLOG_IDENTIFIER=${identifier}`], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    }).stdout;
  const [events, long] = [printed('f2bd').split('\n').length - 1, printed('sshd')];
  await journald.stop();
  return { tries, events, long: long.replace(/x+/, (x) => String(x.length)) };
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

/** How often the reader was at work in the silence after an entry, while the next one is expected. */
async function expecting() {
  const journald = await startJournald(BOOTS[0] ?? '');
  let looks = 0;
  const counting: typeof library = {
    ...library,
    process(...journal) {
      looks += 1;
      return library.process(...journal);
    },
  };
  const matches = [['SYSLOG_IDENTIFIER=sshd']];
  const journal = openJournal({ library: counting, matches, fields: ['N'], toFollow: true });
  journal.seek({ kind: 'tail' });
  const found: number[] = [];
  journal.onChange(() => void found.push(...rest(journal)));
  log(0, 3);
  await until(() => found.length === 3);
  looks = 0;
  await sleep(3000);
  journal.close();
  await journald.stop();
  return { found, looks };
}

/** All kinds of events through journald and back. */
async function events() {
  const journald = await startJournald(BOOTS[0] ?? '');
  const notifier = journalEvents({
    send: library.send,
    stderr: (text) => {
      throw new Error(text);
    },
    later: () => {
      throw new Error('journald reads');
    },
  });
  notifier.notifyAll(Object.values(oneOfEachKind));
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

/** A service that runs as ordinary users, the second of them new to the journal. */
async function users() {
  const journald = await startJournald(BOOTS[0] ?? '');
  const unit = 'f2b-app.service';
  const group = unitGroup(unit);
  const say = async (uid: number, text: string) => {
    const end = await sent(group.start(as({ uid }, streamer('app', `echo ${text}`))));
    // Once it has read the line, journald knows whose it is.
    journald.sync();
    await end();
  };
  await say(1001, 'before');
  const journal = openJournal({ library, matches: [[`_SYSTEMD_UNIT=${unit}`]], fields: ['_UID', 'MESSAGE'] });
  journal.seek({ kind: 'head' });
  const found = [...journal.read(10)];
  journal.onChange(() => void found.push(...journal.read(10)));
  await say(1001, 'later');
  await say(1002, 'new');
  await until(() => found.length >= 3);
  journal.close();
  await journald.stop();
  group.remove();
  const files = readdirSync('/var/log/journal', { recursive: true, encoding: 'utf8' }).map((path) => basename(path));
  return {
    found: found.map(({ fields }) => fields),
    files: files.filter((name) => name.endsWith('.journal')).sort(),
  };
}

/** A unit that exceeds its rate limit, as the agent tells of it. */
async function suppressed() {
  const journald = await startJournald(BOOTS[0] ?? '', 0, 'RateLimitIntervalSec=1s\nRateLimitBurst=5');
  const unit = 'f2b-storm-1.service';
  const group = unitGroup(unit);
  const say = async (script: string) => {
    const end = await sent(group.start(streamer('sshd', script)));
    // The limit is the unit's, and it is known of a process that is there.
    journald.sync();
    await end();
  };
  // Each line is of the process that writes it: the shell itself, which stays.
  await say('i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo $i; done');
  await sleep(1_200);
  await say('echo after');
  group.remove();
  const routing = createRouting([{ selection: { units: ['f2b-storm-*.service'], matches: [] } }]);
  const journal = openJournal({ library, matches: [DROPPED_MATCH], fields: routing.fields });
  journald.sync();
  journal.seek({ kind: 'head' });
  const found = journal.read(1_000).filter(tellsOfDropped);
  journal.close();
  await journald.stop();
  const isRead = found.every((entry) => routing.isRead(unitOfDropped(entry) ?? '', entry));
  // Older journalds do not name the unit in a field.
  const unnamed = found.map(({ fields: { OBJECT_SYSTEMD_UNIT: _, ...fields }, ...entry }) => ({ ...entry, fields }));
  return { unit, isRead, events: found.map(droppedEvent), unnamed: unnamed.map(unitOfDropped) };
}

const scenarios: Readonly<Record<string, () => Promise<unknown>>> = {
  rotation,
  restarts,
  crashes,
  selection,
  vacuumed,
  idle,
  expecting,
  stalled,
  events,
  users,
  suppressed,
};

const scenario = scenarios[process.argv[2] ?? ''];
if (scenario === undefined) throw new Error(`scenarios: ${Object.keys(scenarios).join(' ')}`);
process.stdout.write(JSON.stringify(await scenario()));
