/** Prints what a guarding agent takes, beside fail2ban, as a table for BENCHMARKS.md. */
import type { Contender, Results, Row } from './contender.js';
import { startF2b } from './f2b.js';
import type { KernelSets } from './kernel-sets.js';
import { startFail2ban } from './peers.js';
import { printComparison } from './print-comparison.js';
import { entriesOf, figuresAtRest, figuresOf, lastCursorOf, pause, startTimeOf } from './unit-figures.js';

/** Entries a second of an attack. */
const RATE = 1_000;
/** Of how many addresses at most; each fails so often in an attack that it is banned. */
const BOTNET = 5_000;
const FAILURES = 6;
/** Addresses that are banned for attempts as sshd logs them, and attempts of each. */
const GUESSERS = 300;
const ATTEMPTS = 5;
const MANY = 200_000;
/** Time between two attempts of the usual state of a host, and how long they go on, s. */
const BETWEEN = 1.5;
const USUAL = 60;
/** Attempts before that is measured: a host is in its usual state all day, and a start is measured elsewhere. */
const USED_TO = 20;
/** Nobody is waited for longer, s. */
const LIMIT = 120;

const seconds = Number(process.argv[2]);
const botnetSize = Math.min(BOTNET, Math.floor((seconds * RATE) / FAILURES));

const rows = {
  idle: { title: 'at rest: resident / anonymous, MB', target: '≤ 60 / 22' },
  ready: { title: 'start until it is ready, 1,000 bans, s', target: '≤ 0.5' },
  usual: { title: `an attempt each ${BETWEEN} s for ${USUAL} s: processor, s`, target: 'fail2ban’s' },
  botnet: {
    title: `1,000 entries a second for ${seconds} s from ${botnetSize} addresses, which all are banned: processor, s`,
    target: 'half of fail2ban’s',
  },
  latency: { title: '… from entry to kernel meanwhile: median / worst, ms, and how many bans', target: '≤ 100' },
  guard: { title: '… the same for the table beside firewalld, which drops packets by itself', target: '≤ 100' },
  told: {
    title: '… own entries beside those that caused them, bytes in the journal’s file (entries)',
    target: '≤ 0.5',
  },
  attemptsTold: {
    title: `the same when an attempt is three entries, as sshd writes it, and ${GUESSERS} addresses are banned for five each`,
    target: '≤ 0.5',
  },
  strangers: {
    title: `1,000 entries a second for ${seconds} s, each of another address: processor, s`,
    target: 'half of fail2ban’s',
  },
  strangersTold: {
    title: '… own entries meanwhile beside those that caused them, bytes in the journal’s file (entries)',
    target: '≤ 0.5',
  },
  many: { title: '200,000 addresses of one failure each: resident / anonymous, MB', target: '– / 120' },
  restart: { title: 'start until it is ready, within ten minutes of all this, s', target: '–' },
} as const satisfies Readonly<Record<string, Row>>;

/** A program that guards, in a system of its own. */
interface Guard extends Contender {
  readonly unit: string;
  /** Of who can be listened to. */
  readonly kernel: KernelSets | undefined;
  readonly guard: KernelSets | undefined;
}

/** The address with this number in the private range 10.0.0.0/8, beyond those of `fill`. */
function stranger(index: number): string {
  return `10.${64 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}`;
}

/** Lets the addresses fail in turn, `rate` times a second for so many entries. */
async function attack({ failures }: Guard, addressOf: (index: number) => string, count: number, rate: number) {
  const begin = performance.now();
  for (let sent = 0; sent < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - begin) / 1000) * rate));
    failures.failOnce(Array.from({ length: due - sent }, (_, index) => addressOf(sent + index)));
    sent = due;
    await pause(20);
  }
}

function megabytes({ resident, anonymous }: { readonly resident: number; readonly anonymous: number }): string {
  return `${resident.toFixed(0)} / ${anonymous.toFixed(0)}`;
}

/** What `work` costs the guard until it is at rest again, s. */
async function processorOf({ container, unit }: Guard, work: () => Promise<unknown>): Promise<string> {
  const before = await figuresOf(container, unit);
  await work();
  return ((await figuresAtRest(container, unit, LIMIT)).processor - before.processor).toFixed(2);
}

/** How many bytes of its own entries, in a journal file, a guard writes for one of those that `work` brings. */
async function told({ container, unit }: Guard, work: () => Promise<unknown>): Promise<string> {
  const before = await lastCursorOf(container);
  await work();
  const own = await entriesOf(container, unit, before);
  const cause = await entriesOf(container, 'ssh.service', before);
  return `${(own.bytes / cause.bytes).toFixed(2)} (${own.count} for ${cause.count})`;
}

async function latency({ failures }: Guard, kernel: KernelSets | undefined, addresses: readonly string[]) {
  if (kernel === undefined) return '–';
  // firewalld may be making room for more now, for which it lets all of them go.
  const banned = addresses.filter((address) => kernel.firstSeen(address) !== undefined);
  const last = await failures.lastFailures(banned);
  const times = banned.map((address) => (kernel.firstSeen(address) ?? Number.NaN) - (last.get(address) ?? Number.NaN));
  times.sort((one, other) => one - other);
  const at = (part: number) => (times[Math.ceil(times.length * part) - 1] ?? Number.NaN).toFixed(0);
  return `${at(0.5)} / ${at(1)}, ${banned.length}`;
}

async function measureGuard(guard: Guard): Promise<Results> {
  const { container, unit, failures } = guard;
  const results: Results = new Map();
  const note = (row: Row, text: string) => {
    console.error(`${unit}: ${row.title}: ${text}`);
    results.set(row.title, text);
  };
  await pause(20_000);
  note(rows.idle, megabytes(await figuresOf(container, unit)));
  let next = 100_000;
  const attempts = async (count: number, between: number) => {
    for (let n = 0; n < count; n += 1) {
      failures.attempt(stranger(next++));
      await pause(between * 1000);
    }
  };
  await attempts(USED_TO, 0.5);
  await pause(10_000);
  note(rows.usual, await processorOf(guard, () => attempts(USUAL / BETWEEN, BETWEEN)));
  if (guard.kernel !== undefined) {
    await container.ask('f2bctl ban 198.51.100.1 --jail ssh.service');
    await guard.fill(1_000);
    await container.ask(`systemctl restart ${unit}`);
    note(rows.ready, (await startTimeOf(container, unit)).toFixed(2));
  }
  const costly = async (row: Row, toldRow: Row, work: () => Promise<unknown>) =>
    note(toldRow, await told(guard, async () => note(row, await processorOf(guard, work))));
  const strangers = () => attack(guard, () => stranger(next++), seconds * RATE, RATE);
  await costly(rows.strangers, rows.strangersTold, strangers);
  const botnet = Array.from({ length: botnetSize }, () => stranger(next++));
  const inTurn = (index: number) => botnet[index % botnetSize] ?? '';
  await costly(rows.botnet, rows.told, () => attack(guard, inTurn, seconds * RATE, RATE));
  const guessers = Array.from({ length: GUESSERS * ATTEMPTS }, (_, index) => stranger(next + (index % GUESSERS)));
  next += GUESSERS;
  const guesses = async () => {
    for (const address of guessers) failures.attempt(address);
    await figuresAtRest(container, unit, LIMIT);
  };
  note(rows.latency, await latency(guard, guard.kernel, botnet));
  note(rows.guard, await latency(guard, guard.guard, botnet));
  note(rows.attemptsTold, await told(guard, guesses));
  if (guard.kernel === undefined) return results;
  await attack(guard, () => stranger(next++), MANY - seconds * RATE, 4 * RATE);
  note(rows.many, megabytes(await figuresAtRest(container, unit, LIMIT)));
  await container.ask(`systemctl restart ${unit}`, { timeout: LIMIT });
  note(rows.restart, (await startTimeOf(container, unit)).toFixed(2));
  return results;
}

async function run(start: () => Promise<Guard>): Promise<Results> {
  const guard = await start();
  try {
    return await measureGuard(guard);
  } finally {
    guard.container.stop();
  }
}

const guards: Readonly<Record<string, () => Promise<Results>>> = {
  f2b: () => run(async () => ({ ...(await startF2b('firewalld')), unit: 'f2bd.service' })),
  fail2ban: () =>
    run(async () => ({ ...(await startFail2ban()), unit: 'fail2ban.service', kernel: undefined, guard: undefined })),
};

await printComparison(guards, process.argv.slice(3), Object.values(rows));
process.exit(0);
