/** Runs inside the namespaces of private-journald.ts: one thing is done to the journal while it is followed. */
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { follow, followed, library, listen, log, openSshdHistory, report, run } from './followed-log.js';
import { type Journald, startJournald } from './private-journald.js';

const BOOT = '1'.repeat(32);
const AUTO = 'RateLimitBurst=0\nStorage=auto';
const VOLATILE = 'RateLimitBurst=0\nStorage=volatile';

const machine = () => readFileSync('/etc/machine-id', 'utf8').trim();
const folder = () => join('/var/log/journal', machine());

/** Persistent storage as on a machine that never had it: no /var/log/journal. */
function withoutPersistentFolder(): void {
  run('umount', '/var/log/journal');
  run('mount', '-t', 'tmpfs', 'tmpfs', '/var/log');
}

async function restarted(journald: Journald, settings?: string): Promise<Journald> {
  await journald.stop();
  return startJournald(BOOT, 0, settings);
}

/** The way that systemd-journald.service(8) describes. */
async function madePersistent(begin: () => unknown = follow): Promise<Journald> {
  withoutPersistentFolder();
  const journald = await startJournald(BOOT, 0, AUTO);
  log();
  begin();
  await listen();
  log();
  mkdirSync('/var/log/journal');
  run('systemd-tmpfiles', '--create', '--prefix', '/var/log/journal');
  log();
  run('journalctl', '--flush');
  return journald;
}

/** The same for a command that goes on to follow what it has read. */
const madePersistentUnderCommand = () => madePersistent(() => followed(openSshdHistory()));

async function madeAnew(): Promise<Journald> {
  withoutPersistentFolder();
  mkdirSync('/var/log/journal');
  const journald = await startJournald(BOOT, 0, AUTO);
  log();
  follow();
  await listen();
  rmSync('/var/log/journal', { recursive: true });
  mkdirSync('/var/log/journal');
  return restarted(journald, AUTO);
}

async function madeVolatile(): Promise<Journald> {
  const journald = await startJournald(BOOT);
  log();
  follow();
  await listen();
  run('journalctl', '--relinquish-var');
  log();
  await listen();
  run('journalctl', '--flush');
  log();
  await listen();
  return restarted(journald, VOLATILE);
}

async function ofAnotherMachine(): Promise<Journald> {
  const journald = await startJournald(BOOT);
  log();
  follow();
  await listen();
  writeFileSync('/run/machine-id', `${'a'.repeat(32)}\n`);
  run('mount', '--bind', '/run/machine-id', '/etc/machine-id');
  return restarted(journald);
}

async function activeFileDeleted(): Promise<Journald> {
  const journald = await startJournald(BOOT);
  log();
  follow();
  await listen();
  rmSync(join(folder(), 'system.journal'));
  // journald looks after its file every five seconds; what it writes until then is lost to everybody.
  await sleep(6_000);
  log(1);
  run('journalctl', '--sync');
  return journald;
}

async function garbageAppended(): Promise<Journald> {
  const journald = await startJournald(BOOT);
  log();
  follow();
  await listen();
  for (const name of readdirSync(folder())) appendFileSync(join(folder(), name), Buffer.alloc(100_000, 'garbage'));
  // Enough to make journald need the place where that is.
  const filler = 'x'.repeat(2_000);
  for (let n = 0; n < 6_000; n++) library.send([[['MESSAGE', `${filler} ${n} ${Math.random()}`]]]);
  return journald;
}

const done = {
  madePersistent,
  madePersistentUnderCommand,
  madeAnew,
  madeVolatile,
  ofAnotherMachine,
  activeFileDeleted,
  garbageAppended,
};

const journald = await done[process.argv[2] as keyof typeof done]();
for (const _ of ['at once', 'and later']) {
  log();
  await listen();
}
await report();
await journald.stop();
process.exit(0);
