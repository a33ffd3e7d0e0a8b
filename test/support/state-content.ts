/** A state as years of attacks leave it: bans in force, each with its evidence, and many more offenders remembered. */
import { type Address, addressFromWords } from '../../src/core/address/address.js';
import type { Ban } from '../../src/core/ban.js';
import type { Effect } from '../../src/core/effect.js';
import type { Offender } from '../../src/core/offender.js';
import { openStore } from '../../src/store/sqlite.js';
import { DAY, MINUTE } from './core.js';

/** What one transaction takes while the state is made. */
const PORTION = 20_000;

/** For how long offenders are remembered. µs */
export const MEMORY = 14 * DAY;
/** The bans that made the offenders are spread over so much time, which ends a day ago. µs */
const BANNED_WITHIN = 12 * DAY;

export interface Content {
  readonly bans: number;
  readonly offenders: number;
  /** µs since the epoch. */
  readonly now: number;
}

/** Different for different `n` below 2^24. One in four is of IPv6; scattered, so that neighbours are rare. */
export function addressOf(n: number): Address {
  const scattered = Math.imul(n + 1, 0x9e3779b1) & 0xffffff;
  if (n % 4 === 0) return addressFromWords(0x20010db8, scattered << 8, 0, 0, 64);
  return addressFromWords(0, 0, 0xffff, ((60 + (scattered % 60)) << 24) | scattered, 128);
}

/** A cursor as journald writes them. */
export function cursorOf(n: number, now: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const place = `i=${hex(n, 6)};b=6b1de2a6a37848aa9d5ecd3a5fbc6f5a;m=${hex(n * 1000, 10)};t=${hex(now + n, 13)}`;
  return `s=0639a1d5a4c14b6d9f2f9f8ad2ad6a21;${place};x=${hex(n * 7919, 16)}`;
}

/** The `share` of those that were banned later, 0 to 1, says when, evenly. */
function offender(n: number, share: number, now: number): Offender {
  const bantime = 10 * MINUTE;
  const address = addressOf(n);
  const bannedAt = now - DAY - Math.round(share * BANNED_WITHIN);
  return { jail: 'ssh.service', address, count: 1 + (n % 3), bannedAt, bantime, totalBantime: bantime };
}

function ban(n: number, now: number): Ban {
  return {
    jail: 'ssh.service',
    address: addressOf(n),
    since: now - n,
    until: now + MEMORY + n,
    disposition: 'drop',
    ports: [],
    origin: 'jail',
    count: 1,
    failures: 5,
    evidence: [1, 2, 3, 4, 5].map((m) => cursorOf(5 * n + m, now)),
  };
}

function* effects({ bans, offenders, now }: Content): Iterable<Effect> {
  for (let n = 0; n < offenders; n += 1) {
    if (n < bans) yield { kind: 'ban', ban: ban(n, now) };
    yield { kind: 'offender', offender: offender(n, n / offenders, now) };
  }
}

/** Writes the state into `directory` as the agent does. There are at least as many offenders as bans. */
export async function makeState(directory: string, content: Content): Promise<void> {
  const store = await openStore({
    directory,
    report: (error) => {
      throw error;
    },
  });
  const position = { cursor: cursorOf(0, content.now), receivedAt: content.now };
  let portion: Effect[] = [];
  for (const effect of effects(content)) {
    portion.push(effect);
    if (portion.length < PORTION) continue;
    await store.commit(position, portion);
    portion = [];
  }
  await store.commit(position, portion);
  await store.close();
}
