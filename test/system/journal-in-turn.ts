/**
 * Runs inside the namespaces of private-journald.ts: journald writes the entries of two users to two files in turn, while
 * a reader looks all the time. Prints what was heard and what the journal holds.
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
const USERS = [0, 1001, 1002];
const ENTRIES = 12_000;
const library = openLibrary(libraryPath);

/** Sends numbered entries one by one, says so and stays until its input ends. */
const WRITE = String.raw`use Socket; socket(my $s, AF_UNIX, SOCK_DGRAM, 0);
connect($s, sockaddr_un("/run/systemd/journal/socket")) or die $!;
for my $n (1..${ENTRIES}) {
  send($s, "MESSAGE=$ARGV[0] $n\nSYSLOG_IDENTIFIER=in-turn\n", 0) or die $!;
  select(undef, undef, undef, 0.00005);
}
$| = 1; print "sent\n"; <STDIN>`;

function write(uid: number): Promise<() => Promise<void>> {
  return sent(
    spawn('sh', ['-c', `exec ${as({ uid }, `perl -e '${WRITE}' ${uid}`)}`], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
}

/** Reads all that is there; may be opened anew, and goes on after the last entry then. */
class Reader {
  readonly heard: string[] = [];
  #journal: LiveJournal | undefined;
  #start: JournalStart = { kind: 'head' };

  reopen(): void {
    this.#journal?.close();
    const matches = [['SYSLOG_IDENTIFIER=in-turn']];
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

/** `every`: what is done between looks, told how many there were. */
async function readWhileWritten(every: (looks: number) => void, reader: Reader): Promise<void> {
  let isWriting = true;
  const writing = Promise.all(USERS.map(write)).finally(() => {
    isWriting = false;
  });
  for (let looks = 0; isWriting; looks += 1) {
    every(looks);
    reader.take(1 + (looks % 100));
    await setImmediate();
  }
  await Promise.all((await writing).map((end) => end()));
}

const journald = await startJournald(BOOT);
const reader = new Reader();
reader.reopen();
const scenarios: Readonly<Record<string, (looks: number) => void>> = {
  looking: () => undefined,
  restarting: (looks) => {
    if (looks % 20 === 19) reader.reopen();
  },
  rotating: (looks) => {
    if (looks % 150 === 149) spawn('journalctl', ['--rotate'], { stdio: 'ignore' });
  },
};
const scenario = scenarios[process.argv[2] ?? ''];
if (scenario === undefined) throw new Error('which?');
await readWhileWritten(scenario, reader);
journald.sync();
reader.take(1000);
process.stdout.write(JSON.stringify({ heard: reader.heard, recorded: recorded() }));
await journald.stop();
