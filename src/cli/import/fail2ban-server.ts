/** A running fail2ban as its own client tells of it. Everything that comes back is read with care: it is text. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Address, parseAddress } from '../../core/address/address.js';
import { printableLines } from '../../core/printable.js';
import { F2bError } from '../../errors.js';
import type { Dependencies } from '../dependencies.js';
import { heldBy } from './held-by.js';

export interface Fail2banServer {
  readonly answers: () => Promise<boolean>;
  /** Waits until it answers; false when it does not. */
  readonly untilAnswers: () => Promise<boolean>;
  /** The names of the jails that run there. Throws SWITCH_REFUSED when it does not say. */
  readonly jails: () => Promise<readonly string[]>;
  /** The same once these run, or will not: it answers before it has started its jails. */
  readonly untilRun: (jails: readonly string[]) => Promise<readonly string[]>;
  /** Throws SWITCH_REFUSED when it does not say. */
  readonly banned: (jail: string) => Promise<readonly Address[]>;
  /** As its client prints them, with since when and for how long. Throws SWITCH_REFUSED when it does not say. */
  readonly bannedWithTimes: (jail: string) => Promise<string>;
  /** Waits while it bans again whom it held when it was stopped, one after the other; answers with whom it does not. */
  readonly untilHolds: (jail: string, addresses: readonly Address[]) => Promise<readonly Address[]>;
  /** Bans there, and waits until it is done; answers with whom it did not take. */
  readonly ban: (jail: string, addresses: readonly Address[]) => Promise<readonly Address[]>;
}

/** It starts and restores its bans in seconds; on a slow machine with many bans it takes longer. ms */
const TIMEOUT = 120_000;
const PAUSE = 500;
/** From one ban to the next, when it bans many. ms */
const BANS_TIMEOUT = 10_000;
/** From its first answer to its jails, which it has read by then. ms */
const JAILS_TIMEOUT = 5_000;

/** On a command line at a time. */
const PORTION = 500;

/** `directory`: that of its configuration, which names its socket. */
export function fail2banServer(directory: string, { runToEnd }: Pick<Dependencies, 'runToEnd'>): Fail2banServer {
  const ask = (...words: readonly string[]) => runToEnd(['fail2ban-client', '-c', directory, ...words]);
  const answers = async () => (await ask('ping')).status === 0;
  const told = async (...words: readonly string[]) => {
    const { status, output } = await ask(...words);
    if (status === 0) return output;
    throw new F2bError('SWITCH_REFUSED', printableLines(`fail2ban-client ${words.join(' ')}: ${output.trim()}`), {
      hint: 'see: journalctl -u fail2ban; then try again',
    });
  };
  const jails = async () => wordsBehind('Jail list:', await told('status'));
  const banned = async (jail: string) => {
    const words = wordsBehind('Banned IP list:', await told('status', jail));
    return words.flatMap((word) => parseAddress(word) ?? []);
  };
  const untilHolds = async (jail: string, addresses: readonly Address[]) => {
    let left = addresses;
    for (let idle = 0; left.length > 0 && idle < BANS_TIMEOUT; idle += PAUSE) {
      const isThere = heldBy(await banned(jail));
      const still = left.filter((address) => !isThere(address));
      if (still.length < left.length) idle = 0;
      left = still;
      if (left.length > 0) await sleep(PAUSE);
    }
    return left;
  };
  return {
    answers,
    untilAnswers: () => poll(TIMEOUT, answers),
    jails,
    async untilRun(wanted) {
      await poll(JAILS_TIMEOUT, async () => {
        const running = await jails().catch((): readonly string[] => []);
        return wanted.every((name) => running.includes(name));
      });
      return jails();
    },
    banned,
    bannedWithTimes: (jail) => told('get', jail, 'banip', '--with-time'),
    untilHolds,
    async ban(jail, addresses) {
      for (let start = 0; start < addresses.length; start += PORTION) {
        const portion = addresses.slice(start, start + PORTION).map(({ text }) => text);
        await ask('set', jail, 'banip', ...portion);
      }
      return untilHolds(jail, addresses);
    },
  };
}

/** Looks again and again until it is so; false when it is not for so long, ms. */
async function poll(timeout: number, look: () => Promise<boolean>): Promise<boolean> {
  for (let waited = 0; waited < timeout; waited += PAUSE) {
    if (await look()) return true;
    await sleep(PAUSE);
  }
  return false;
}

function wordsBehind(title: string, output: string): readonly string[] {
  const line = output.split('\n').find((candidate) => candidate.includes(title)) ?? '';
  const words = line.slice(line.indexOf(title) + title.length).split(/[\s,]+/);
  return words.filter((word) => word !== '');
}
