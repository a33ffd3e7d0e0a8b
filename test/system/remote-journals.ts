/** Runs inside the namespaces of private-journald.ts: plays one scenario and prints what was seen as JSON. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../../src/core/time.js';
import { createOtherJournal } from '../../src/daemon/reading/journals/other-journal.js';
import { openLiveJournal } from '../../src/journal/live-journal.js';
import { openLibrary } from '../../src/journal/native.js';
import { freePort } from '../support/free-port.js';
import { exportFormat, type FileEntry, JOURNAL_REMOTE, libraryPath } from '../support/journal-files.js';
import { until } from '../support/process.js';
import { folder, jail, judged } from './judged-jails.js';
import { startJournald } from './private-journald.js';

const REMOTE = '/var/log/journal/remote';
const BOOT = '5'.repeat(32);
/** Two hosts, named by systemd-journal-remote after the addresses that they come from. */
const [WEB, OTHER] = ['127.0.0.2', '127.0.0.3'];

/** For what systemd-journal-remote and a change in a journal take, s. */
const TIMEOUT = 60;

const now = () => Date.now() * MICROS_PER_MILLISECOND;

interface Receiver {
  /** Brings entries as systemd-journal-upload does; resolves when they are in the file. */
  send(host: string, entries: readonly FileEntry[]): Promise<void>;
  stop(): Promise<void>;
}

function upload(host: string, port: number, entries: readonly FileEntry[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/vnd.fdo.journal' };
    const options = { host: '127.0.0.1', port, localAddress: host, method: 'POST', path: '/upload', headers };
    const sending = request(options, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode));
    });
    sending.on('error', reject);
    sending.end(exportFormat(entries));
  });
}

/** systemd-journal-remote as its service runs it, but without certificates. Resolves when it listens. */
async function startReceiver(): Promise<Receiver> {
  mkdirSync(REMOTE, { recursive: true });
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const port = await freePort();
    const listening = `--listen-http=127.0.0.1:${port}`;
    const program = spawn(JOURNAL_REMOTE, [listening, `--output=${REMOTE}`, '--split-mode=host'], { stdio: 'ignore' });
    const listens = await until(
      'systemd-journal-remote listens',
      async () => (hasEnded(program) ? false : (await isReached(port)) || undefined),
      TIMEOUT,
    );
    if (listens) return receiverOf(program, port);
    // Somebody else took the port meanwhile.
  }
  throw new Error('systemd-journal-remote ends at once');
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function isReached(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

function receiverOf(program: ChildProcess, port: number): Receiver {
  return {
    async send(host, entries) {
      const status = await until(
        'systemd-journal-remote answers',
        () => upload(host, port, entries).catch(() => undefined),
        TIMEOUT,
      );
      if (status !== 202) throw new Error(`systemd-journal-remote answers ${status}`);
    },
    async stop() {
      if (hasEnded(program)) return;
      const ended = once(program, 'exit');
      program.kill('SIGTERM');
      await ended;
    },
  };
}

/** As when it is full: journal_file_rotate of systemd. */
function rotate(host: string, time: number): void {
  const archived = `remote-${host}@${'a'.repeat(32)}-${'0'.repeat(15)}1-${time.toString(16).padStart(16, '0')}.journal`;
  renameSync(join(REMOTE, `remote-${host}.journal`), join(REMOTE, archived));
}

let counted = 0;

/** A failure of sshd on another machine, which may say of itself what it likes. */
function failure(address: string, more: Partial<FileEntry> = {}): FileEntry {
  counted += 1;
  const fields = {
    ...{ MESSAGE: `Failed password for root from ${address} port ${2_000 + counted} ssh2`, SYSLOG_IDENTIFIER: 'sshd' },
    ...{ SYSLOG_PID: String(1_000 + counted), _PID: String(1_000 + counted), _UID: '0', _GID: '0' },
    ...{ _SYSTEMD_UNIT: 'ssh.service', _HOSTNAME: 'web', _TRANSPORT: 'syslog' },
  };
  return { receivedAt: now() - 30 * MICROS_PER_SECOND + counted, boot: '6'.repeat(32), fields, ...more };
}

/** Two hosts send; the agent runs after each few failures, over a rotation. */
async function hosts() {
  const own = await startJournald(BOOT);
  jail('web', `Unit=ssh.service\nRemote=${WEB}`);
  jail('own', 'Unit=ssh.service');
  writeFileSync(join(folder, 'config/units/ssh.service.conf'), '');
  const seen: unknown[] = [];
  for (const count of [2, 1, 0]) {
    const receiver = await startReceiver();
    const inFuture = { receivedAt: now() + 86_400 * MICROS_PER_SECOND };
    if (count === 2) await receiver.send(OTHER, [failure('203.0.113.9', inFuture)]);
    for (let n = 0; n < count; n += 1) {
      await receiver.send(OTHER, [failure('203.0.113.9')]);
      await receiver.send(WEB, [failure('198.51.100.1')]);
    }
    await receiver.stop();
    seen.push(judged());
    if (count === 2) rotate(WEB, now());
  }
  await own.stop();
  return { seen, files: readdirSync(REMOTE).map((name) => name.replace(/@.*/, '@')) };
}

/** Follows a host from before it sent anything, beside one whose clock is a day ahead. */
async function following() {
  mkdirSync(REMOTE, { recursive: true });
  const library = openLibrary(libraryPath);
  const journal = createOtherJournal(() =>
    openLiveJournal({
      ...{ library, directory: REMOTE, host: WEB, matches: [['_UID=0']], fields: ['MESSAGE'], presentBoot: BOOT },
    }),
  );
  journal.seek({ kind: 'head' });
  const found: string[] = [];
  const take = () => {
    for (let some = journal.read(100); some.length > 0; some = journal.read(100)) {
      found.push(...some.map(({ fields }) => / from (\S+)/.exec(fields['MESSAGE'] ?? '')?.[1] ?? ''));
    }
  };
  journal.onChange(take);
  const before = journal.inspect(true)?.code;
  let receiver = await startReceiver();
  await receiver.send(WEB, [failure('192.0.2.1')]);
  // The agent looks every few seconds.
  const looking = setInterval(() => void journal.inspect(true), 500);
  const heard = (address: string) =>
    until(`${address} is heard of`, () => found.includes(address) || undefined, TIMEOUT);
  const outcomes = [await heard('192.0.2.1')];
  await receiver.send(OTHER, [failure('203.0.113.9', { receivedAt: now() + 86_400 * MICROS_PER_SECOND })]);
  await receiver.send(WEB, [failure('192.0.2.2')]);
  outcomes.push(await heard('192.0.2.2'));
  await receiver.stop();
  rotate(WEB, now());
  receiver = await startReceiver();
  await receiver.send(WEB, [failure('192.0.2.3')]);
  outcomes.push(await heard('192.0.2.3'));
  clearInterval(looking);
  const after = journal.inspect(true)?.code;
  journal.close();
  await receiver.stop();
  return { before, outcomes, after, found };
}

const scenarios: Readonly<Record<string, () => Promise<unknown>>> = { hosts, following };

const scenario = scenarios[process.argv[2] ?? ''];
if (scenario === undefined) throw new Error(`scenarios: ${Object.keys(scenarios).join(' ')}`);
process.stdout.write(JSON.stringify(await scenario()), () => process.exit());
