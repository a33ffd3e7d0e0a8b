/**
 * Hands fail2ban's bans to the agent, some at a time. Invariant: each ban that is not taken in is told, and to do it
 * again changes nothing.
 */
import type { CarriedOverView } from '../../agent/agent.js';
import { createConcurrencyLimit } from '../../async/concurrency-limit.js';
import { timeSpan } from '../../config/values/fail2ban-values.js';
import type { AgentClient } from '../../control/client.js';
import type { CarriedBan } from '../../core/deciding/carry-over.js';
import { printable } from '../../core/printable.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { carriedBans } from '../../import/bans.js';
import { isEnabled, readJails } from '../../import/fail2ban.js';
import type { Imported } from '../../import/import.js';
import { isWanted } from '../../import/is-wanted.js';
import { counted } from '../../text/counted.js';
import { parseDuration } from '../../text/duration.js';
import type { Dependencies } from '../dependencies.js';
import { fail2banBans } from './fail2ban-bans.js';

/** A call with so many is shorter than the agent reads (64 KiB), whatever their addresses are. */
const PORTION = 700;
/** Portions under way at a time. */
const AT_ONCE = 4;
/** What is refused is told one by one up to here. */
const MOST_TOLD = 20;

/** What fail2ban takes when a jail does not say. */
const DEFAULT_BANTIME = 600 * MICROS_PER_SECOND;

export interface BanRequest {
  readonly directory: string;
  readonly imported: Imported;
  /** Names of fail2ban's jails whose bans are meant; all when it is empty. */
  readonly only: readonly string[];
  /** Instead of the file that fail2ban's configuration names. */
  readonly database: string | undefined;
}

/** What became of fail2ban's bans. */
export interface CarriedTotal extends CarriedOverView {
  /** What could not be read or is another way here. */
  readonly notes: readonly string[];
}

/** Undefined when fail2ban keeps no bans, which is told. Throws what the agent throws. */
export async function carryBans(
  client: AgentClient,
  { directory, imported, only, database }: BanRequest,
  dependencies: Dependencies,
): Promise<CarriedTotal | undefined> {
  const found = await fail2banBans(directory, database, dependencies);
  if (found.kind === 'none') {
    dependencies.errors.write(`${found.why}: none are carried over\n`);
    return undefined;
  }
  const here = new Set((await client.status()).jails.map(({ name }) => name));
  const jails = new Map(imported.jails.map(({ from, name }) => [from, here.has(name) ? name : undefined]));
  const bantimes = bantimesOf(directory, dependencies);
  const { bans, notes } = carriedBans(found.rows, {
    ...{ jails, now: dependencies.now() },
    isWanted: (jail) => isWanted(jail, only),
    bantimeOf: (jail) => bantimes.get(jail) ?? DEFAULT_BANTIME,
  });
  return { ...(await inPortions(client, bans)), notes: [...found.problems, ...notes] };
}

function bantimesOf(directory: string, { configuration }: Dependencies): ReadonlyMap<string, number> {
  const enabled = readJails(directory, configuration).value?.jails.filter(isEnabled) ?? [];
  return new Map(
    enabled.flatMap(({ name, options }) => {
      const length = parseDuration(timeSpan(options.get('bantime')?.value ?? '') ?? '');
      return length === undefined ? [] : [[name, length]];
    }),
  );
}

async function inPortions(client: AgentClient, bans: readonly CarriedBan[]): Promise<CarriedOverView> {
  const starts = Array.from({ length: Math.ceil(bans.length / PORTION) }, (_, index) => index * PORTION);
  const limited = createConcurrencyLimit(AT_ONCE);
  const answers = await Promise.all(
    starts.map((start) => limited(() => client.carryOver(bans.slice(start, start + PORTION)))),
  );
  const sum = (part: 'banned' | 'known' | 'remembered') => answers.reduce((total, answer) => total + answer[part], 0);
  return {
    ...{ banned: sum('banned'), known: sum('known'), remembered: sum('remembered') },
    refused: answers.flatMap(({ refused }) => refused),
  };
}

/** For people. */
export function carriedLines({ banned, known, remembered, refused, notes }: CarriedTotal): readonly string[] {
  const told = refused.slice(0, MOST_TOLD);
  return [
    ...notes,
    ...told.map(({ jail, address, why }) => `${address.text} is not banned by ${jail}: ${why}`),
    ...(told.length < refused.length ? [`… and ${counted(refused.length - told.length, 'address')} more`] : []),
    `${counted(banned, 'ban')} carried over, ${known} in force already, ${refused.length} refused; ${counted(remembered, 'offender')} remembered.`,
  ].map(printable);
}
