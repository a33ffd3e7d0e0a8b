/** Runs inside the namespaces of private-journald.ts: what was read last is of a time that has not come yet. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalStart } from '../../src/ports/journal.js';
import { type FileEntry, writeJournal } from '../support/journal-files.js';
import { follow, listen, log, openSshd, report } from './followed-log.js';
import { startJournald } from './private-journald.js';

const [BEFORE, NOW] = ['1'.repeat(32), '2'.repeat(32)];
const HOUR = 3_600_000_000;

const machine = readFileSync('/etc/machine-id', 'utf8').trim();
const folder = join('/var/log/journal', machine);
const file = join(folder, 'system@0000000000000000000000000000000a-0000000000000001-0000000000000001.journal');

/** Entries of a clock that was ahead; their numbers are negative. */
function written(boot: string, ahead: number): FileEntry[] {
  return Array.from({ length: 6 }, (_, n) => ({
    receivedAt: Date.now() * 1000 + ahead + n * 1000,
    monotonic: 1_000_000 + n * 1000,
    boot,
    fields: { _BOOT_ID: boot, MESSAGE: 'ahead', SYSLOG_IDENTIFIER: 'sshd', N: String(-6 + n) },
  }));
}

/** Where reading ended: behind the first three of them. */
async function readAhead(boot: string, ahead: number): Promise<JournalStart> {
  const journald = await startJournald(boot);
  mkdirSync(folder, { recursive: true });
  writeJournal(file, written(boot, ahead));
  const journal = openSshd();
  const saved = journal.read(3).at(-1);
  journal.close();
  await journald.stop();
  if (saved === undefined) throw new Error('nothing was read');
  return { kind: 'cursor', cursor: saved.cursor, receivedAt: saved.receivedAt };
}

interface Scene {
  readonly boot: string;
  readonly ahead: number;
  readonly isGone: boolean;
  readonly settings: string;
}

const [VOLATILE, PERSISTENT] = ['volatile', 'persistent'].map((storage) => `RateLimitBurst=0\nStorage=${storage}`);

const scenes: Readonly<Record<string, Scene>> = {
  volatileReboot: { boot: BEFORE, ahead: HOUR / 2, isGone: true, settings: VOLATILE ?? '' },
  volatileRebootByYears: { boot: BEFORE, ahead: 9_000 * HOUR, isGone: true, settings: VOLATILE ?? '' },
  reboot: { boot: BEFORE, ahead: 9_000 * HOUR, isGone: false, settings: PERSISTENT ?? '' },
  clockPutRight: { boot: NOW, ahead: 9_000 * HOUR, isGone: false, settings: PERSISTENT ?? '' },
  clockPutRightAndVacuumed: { boot: NOW, ahead: 9_000 * HOUR, isGone: true, settings: PERSISTENT ?? '' },
};

const scene = scenes[process.argv[2] ?? ''];
if (scene === undefined) throw new Error(`scenes: ${Object.keys(scenes).join(' ')}`);
const saved = await readAhead(scene.boot, scene.ahead);
if (scene.isGone) rmSync(folder, { recursive: true });
const journald = await startJournald(NOW, 10_000, scene.settings);
log();
const journal = follow(saved);
await listen();
log();
await listen();
journal.reopen();
log();
await listen();
await report();
await journald.stop();
process.exit(0);
