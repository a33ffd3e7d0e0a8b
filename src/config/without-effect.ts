/**
 * Settings that are valid, each for itself, and can have no effect together: warned of, as something else was meant.
 */

import type { Problem } from '../core/problem.js';
import { FOREVER } from '../core/time.js';
import { counted } from '../text/counted.js';
import { formatDuration } from '../text/duration.js';
import type { JailConfig } from './config.js';
import type { Assignment } from './files/syntax.js';
import { banKeys } from './keys/keys.js';

/** What shapes growing ban times. */
const GROWTH: readonly string[] = [
  banKeys.bantimeFactor,
  banKeys.bantimeMultipliers,
  banKeys.bantimeMax,
  banKeys.bantimeRandom,
  banKeys.bantimeAllJails,
].map(({ name }) => name);

/** What only means something for failures that come from journal entries. */
const OF_ENTRIES: readonly string[] = [banKeys.maxretryUser, banKeys.resetOnSuccess, banKeys.usedns].map(
  ({ name }) => name,
);

function warning({ place }: Assignment, message: string, hint: string): Problem {
  return { ...place, message, hint, severity: 'warning' };
}

/** True when the assignment says something else than the default. */
function isOn({ key, value }: Assignment): boolean {
  return value !== '' && Object.values(banKeys).every(({ name, initial }) => name !== key || initial !== value);
}

/** `own`: what the jail's own files assign. What f2bd.conf says for all jails need not suit each of them. */
export function withoutEffect(own: readonly Assignment[], jail: JailConfig): readonly Problem[] {
  const { increment, bantime, recidive } = jail.settings;
  const set = own.filter((assignment) => assignment.section === 'Ban' && isOn(assignment));
  const growth = increment === undefined ? set.filter(({ key }) => GROWTH.includes(key)) : [];
  const permanent = set.filter(({ key }) => bantime === FOREVER && key === banKeys.bantimeIncrement.name);
  const ofEntries = recidive ? set.filter(({ key }) => OF_ENTRIES.includes(key)) : [];
  return [
    ...permanent.map((one) =>
      warning(one, 'BanTimeIncrement=yes with BanTime=infinity: a permanent ban cannot grow', 'lower BanTime='),
    ),
    ...growth.map((one) => noGrowth(one, 'has no effect without BanTimeIncrement=yes')),
    ...ofEntries.map((one) =>
      warning(one, `${one.key}= has no effect with Source=bans, which reads no entries`, `drop ${one.key}=`),
    ),
  ];
}

/** `defaults`: what f2bd.conf says for all jails. */
export function withoutEffectAnywhere(
  defaults: readonly Assignment[],
  jails: readonly JailConfig[],
): readonly Problem[] {
  if (jails.some(({ settings }) => settings.increment !== undefined)) return [];
  return defaults
    .filter((assignment) => GROWTH.includes(assignment.key) && isOn(assignment))
    .map((one) => noGrowth(one, 'has no effect: no jail has BanTimeIncrement=yes'));
}

function noGrowth(assignment: Assignment, message: string): Problem {
  return warning(assignment, `${assignment.key}= ${message}`, 'add BanTimeIncrement=yes');
}

/** Jails for repeat offenders that nobody can ever be banned by, as too few bans fit into their FindTime=. */
export function neverReached(jails: readonly JailConfig[]): readonly Problem[] {
  const enabled = jails.filter((jail) => jail.enabled);
  const feeding = enabled.filter(({ settings }) => !settings.recidive);
  return enabled.flatMap((jail) => {
    const { recidive, maxretry, findtime } = jail.settings;
    if (!recidive) return [];
    const most = feeding.reduce((sum, { settings }) => sum + mostBans(settings.bantime, findtime), 0);
    if (most >= maxretry || feeding.some((other) => isNarrower(other, jail))) return [];
    return [{ file: jail.file, line: 0, severity: 'warning' as const, ...outOfReach(most, maxretry, findtime) }];
  });
}

function outOfReach(most: number, maxretry: number, findtime: number): Pick<Problem, 'message' | 'hint'> {
  if (most === 0) {
    return { message: 'Source=bans, and no jail is enabled that bans anybody', hint: 'enable one with Enabled=yes' };
  }
  return {
    message: `MaxRetry=${maxretry} is out of reach: an address gets at most ${counted(most, 'ban')} within FindTime=${formatDuration(findtime)}`,
    hint: 'raise FindTime=, as bans follow one another no closer than BanTime=, or lower MaxRetry=',
  };
}

/** How often a jail can ban an address within `findtime` µs: never while it is banned. */
function mostBans(bantime: number, findtime: number): number {
  return 1 + Math.floor((findtime - 1) / bantime);
}

/** True when several bans of the one jail can be of one prefix of the other. */
function isNarrower({ settings: one }: JailConfig, { settings: other }: JailConfig): boolean {
  return one.ipv4Prefix > other.ipv4Prefix || one.ipv6Prefix > other.ipv6Prefix;
}
