/**
 * Runs inside the namespaces of private-journald.ts: journald writes the entries of several users to several files in
 * turn, or those of several programs to one, while a reader looks all the time. Prints what was heard and what the
 * journal holds.
 */
import { spawn, spawnSync } from 'node:child_process';
import { setImmediate } from 'node:timers/promises';
import { openLiveJournal } from '../../src/journal/live-journal.js';
import { openLibrary } from '../../src/journal/native.js';
import type { JournalStart, LiveJournal } from '../../src/ports/journal.js';
import { libraryPath } from '../support/journal-files.js';
import { as, sent } from './jail-writers.js';
import { startJournald } from './private-journald.js';

const BOOT = '1'.repeat(32);
const ENTRIES = 12_000;
const library = openLibrary(libraryPath);

interface Scenario {
  readonly users: readonly number[];
  readonly matches: readonly (readonly string[])[];
  /** Perl that sends entry `$n` of user `$uid` to `$s`, and waits. */
  readonly send: string;
  /** What is done between looks, told how many there were. */
  readonly every?: (looks: number, reader: Reader) => void;
}

const OF_USERS = {
  users: [0, 1001, 1002],
  matches: [['SYSLOG_IDENTIFIER=in-turn']],
  send: String.raw`send($s, "MESSAGE=$uid $n\nSYSLOG_IDENTIFIER=in-turn\n", 0) or die $!; select(undef, undef, undef, 0.00005);`,
};

/** A reader may ask for many; libsystemd looks for the entries of each by themselves, one after the other. */
const PROGRAMS = Array.from({ length: 60 }, (_, n) => `PROGRAM=${n}`);

/** An entry that is not wanted makes it look, and then one of the first program and one of the last come at once. */
const OF_PROGRAMS = {
  users: [0],
  matches: [[...PROGRAMS, '_UID=0']],
  send: String.raw`
  my $name = ("in-turn\nPROGRAM=0", "other", "in-turn\nPROGRAM=${PROGRAMS.length - 1}")[$n % 4 == 0 ? 1 : rand(3)];
  send($s, "MESSAGE=$uid $n\nSYSLOG_IDENTIFIER=$name\n", 0) or die $!;
  $n % 2 == 0 or select(undef, undef, undef, $n % 4 == 3 ? 0.001 : 0.00005);`,
};

/** Says that all is sent, and stays until its input ends. */
function writer(send: string): string {
  return String.raw`use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0); my $uid = $ARGV[0];
connect($s, sockaddr_un("/run/systemd/journal/socket")) or die $!;
for my $n (1..${ENTRIES}) { ${send} }
$| = 1; print "sent\n"; <STDIN>`;
}

function write(uid: number, send: string): Promise<() => Promise<void>> {
  const command = `exec ${as({ uid }, `perl -e '${writer(send)}' ${uid}`)}`;
  return sent(spawn('sh', ['-c', command], { stdio: ['pipe', 'pipe', 'inherit'] }));
}

/** Reads all that is there; may be opened anew, and goes on after the last entry then. */
class Reader {
  readonly #matches: Scenario['matches'];
  readonly heard: string[] = [];
  #journal: LiveJournal | undefined;
  #start: JournalStart = { kind: 'head' };

  constructor(matches: Scenario['matches']) {
    this.#matches = matches;
    this.reopen();
  }

  reopen(): void {
    this.#journal?.close();
    const matches = this.#matches;
    this.#journal = openLiveJournal({ library, matches, fields: ['MESSAGE'], presentBoot: BOOT });
    this.#journal.seek(this.#start);
  }

  /** `limit`: entries read at a time. */
  take(limit: number): void {
    do {
      const entries = this.#journal?.read(limit) ?? [];
      this.heard.push(...entries.map(({ fields }) => fields['MESSAGE'] ?? ''));
      const last = entries.at(-1);
      if (last !== undefined) this.#start = { kind: 'cursor', cursor: last.cursor, receivedAt: last.receivedAt };
    } while (this.#journal?.isAtEnd === false);
  }
}

function recorded(): string[] {
  const read = spawnSync('journalctl', ['-q', '-o', 'cat', 'SYSLOG_IDENTIFIER=in-turn'], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  return read.stdout.trimEnd().split('\n');
}

async function readWhileWritten({ users, send, every }: Scenario, reader: Reader): Promise<void> {
  let isWriting = true;
  const writing = Promise.all(users.map((uid) => write(uid, send))).finally(() => {
    isWriting = false;
  });
  for (let looks = 0; isWriting; looks += 1) {
    every?.(looks, reader);
    reader.take(1 + (looks % 100));
    await setImmediate();
  }
  await Promise.all((await writing).map((end) => end()));
}

const scenarios: Readonly<Record<string, Scenario>> = {
  looking: OF_USERS,
  restarting: {
    ...OF_USERS,
    every: (looks, reader) => {
      if (looks % 20 === 19) reader.reopen();
    },
  },
  rotating: {
    ...OF_USERS,
    every: (looks) => {
      if (looks % 150 === 149) spawn('journalctl', ['--rotate'], { stdio: 'ignore' });
    },
  },
  programs: OF_PROGRAMS,
};
const scenario = scenarios[process.argv[2] ?? ''];
if (scenario === undefined) throw new Error('which?');
const journald = await startJournald(BOOT);
const reader = new Reader(scenario.matches);
await readWhileWritten(scenario, reader);
journald.sync();
reader.take(1000);
process.stdout.write(JSON.stringify({ heard: reader.heard, recorded: recorded() }));
await journald.stop();
