/** Measures the core full of bans and offenders: time to load, memory, and time of a decision. */
import { addressFromWords } from '../../src/core/address/address.js';
import type { Ban } from '../../src/core/ban.js';
import { createDecider, type Decider } from '../../src/core/deciding/decider.js';
import type { Offender } from '../../src/core/offender.js';
import { DAY, jail, MINUTE, nothing, SECOND } from '../support/core.js';

const BANS = 100_000;
const OFFENDERS = 1_000_000;
const DECISIONS = 200_000;
const NOW = 1_700_000_000 * SECOND;

function addressOf(n: number) {
  return addressFromWords(0, 0, 0xffff, 0x0b000000 + 7 * n, 128);
}

/** In one piece, as it comes from the store and from the journal. */
function cursor(n: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const place = `i=${hex(n, 6)};b=6b1de2a6a37848aa9d5ecd3a5fbc6f5a;m=${hex(n * 1000, 10)};t=${hex(NOW + n, 13)}`;
  return Buffer.from(`s=0639a1d5a4c14b6d9f2f9f8ad2ad6a21;${place};x=${hex(n * 7919, 16)}`).toString('latin1');
}

function* offenders(): Iterable<Offender> {
  for (let n = 0; n < OFFENDERS; n += 1) {
    const bantime = 10 * MINUTE;
    yield { jail: 'sshd', address: addressOf(n), count: 1, bannedAt: NOW - DAY - n, bantime, totalBantime: bantime };
  }
}

function* bans(): Iterable<Ban> {
  for (let n = 0; n < BANS; n += 1) {
    yield {
      jail: 'sshd',
      address: addressOf(n),
      since: NOW - n,
      until: NOW + 10 * MINUTE + n,
      disposition: 'drop',
      ports: [],
      origin: 'jail',
      count: 1,
      failures: 5,
      evidence: [1, 2, 3, 4, 5].map((m) => cursor(5 * n + m)),
    };
  }
}

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Held on to, so that no memory of one load is given back during the next. */
const deciders: Decider[] = [];

function load(what: string, count: number, snapshot: Partial<typeof nothing>) {
  const before = heldBytes();
  const started = performance.now();
  const increment = { factor: 1, multipliers: [], maxtime: DAY, random: 0, allJails: false };
  const decider = createDecider({
    jails: [jail({ maxretry: 5, offenderMemory: 7 * DAY, increment })],
    snapshot: { ...nothing, ...snapshot },
    random: () => 0.5,
    spared: () => undefined,
  });
  const elapsed = performance.now() - started;
  const bytes = (heldBytes() - before) / count;
  deciders.push(decider);
  console.log(`${count} ${what}: ${elapsed.toFixed(0)} ms to load, ${bytes.toFixed(0)} bytes each`);
  return decider;
}

const decider = load('both', BANS + OFFENDERS, { offenders: offenders(), bans: bans() });
load('offenders', OFFENDERS, { offenders: offenders() });
load('bans', BANS, { bans: bans() });

const times = new Float64Array(DECISIONS);
let made = 0;
for (let n = 0; n < DECISIONS; n += 1) {
  const text = cursor(n);
  const failure = { jail: 'sshd', address: addressOf(BANS + (n % 40_000)), at: NOW + 10 * n, cursor: text };
  const started = performance.now();
  const effects = decider.failure({ ...failure, evidence: [text], count: 1 });
  times[n] = performance.now() - started;
  if (effects.some(({ kind }) => kind === 'ban')) made += 1;
}
times.sort();
const at = (share: number): string => `${((times[Math.floor(share * (DECISIONS - 1))] ?? 0) * 1000).toFixed(1)} µs`;
console.log(
  `${DECISIONS} decisions, ${made} bans: median ${at(0.5)}, 99 % ${at(0.99)}, 99.9 % ${at(0.999)}, worst ${at(1)}`,
);
