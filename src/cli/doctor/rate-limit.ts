/** How many entries of a service journald takes in a time, as its configuration and the unit's say. */
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { runCommand } from '../../host/programs/run-command.js';
import type { UnitProperties } from '../../host/programs/show-units.js';
import { parseDuration } from '../../text/duration.js';

/** So many entries in so long a time, in µs. A 0 of either means no limit. */
export interface RateLimit {
  readonly interval: number;
  readonly burst: number;
}

/** RateLimitIntervalSec= and RateLimitBurst= of journald.conf(5), as they are built in. */
export const BUILT_IN: RateLimit = { interval: 30 * MICROS_PER_SECOND, burst: 10_000 };

/** `RateLimitInterval` is its name of old. */
const SETTING = /^RateLimit(IntervalSec|Interval|Burst)\s*=\s*(.*)$/;

/** That of all services of a journal: the machine's own, or that of a namespace. */
export async function limitOfJournald(namespace: string, run: typeof runCommand): Promise<RateLimit> {
  const file = namespace === '' ? 'systemd/journald.conf' : `systemd/journald@${namespace}.conf`;
  const answer = await run(['systemd-analyze', 'cat-config', '--no-pager', file]);
  return limitIn(answer?.status === 0 ? answer.output : '');
}

/** What the files say, those later that outrank others. */
function limitIn(text: string): RateLimit {
  let limit = BUILT_IN;
  for (const line of text.split('\n')) {
    const [, key, value = ''] = SETTING.exec(line.trim()) ?? [];
    if (key === undefined) continue;
    limit = key === 'Burst' ? { ...limit, burst: burstIn(value) } : { ...limit, interval: intervalIn(value) };
  }
  return limit;
}

/** What is empty or cannot be read counts as not written. */
function burstIn(text: string): number {
  return /^\d{1,10}$/.test(text) ? Number(text) : BUILT_IN.burst;
}

function intervalIn(text: string): number {
  return parseDuration(text) ?? BUILT_IN.interval;
}

/** As systemctl(1) shows them: LogRateLimitIntervalSec= and LogRateLimitBurst= of systemd.exec(5). */
export const LIMIT_PROPERTIES = ['LogRateLimitIntervalUSec', 'LogRateLimitBurst'] as const;

/** That of a unit; what is 0 there, journald's own counts for. */
export function limitOfUnit(property: UnitProperties, ofJournald: RateLimit): RateLimit {
  const interval = parseDuration(property('LogRateLimitIntervalUSec')) ?? 0;
  const burst = Number(property('LogRateLimitBurst')) || 0;
  return { interval: interval || ofJournald.interval, burst: burst || ofJournald.burst };
}

/** False where there is none. */
export function isLimit({ interval, burst }: RateLimit): boolean {
  return interval > 0 && burst > 0;
}

/** True of one that lets through less than the one that is built in. */
export function isTight(limit: RateLimit): boolean {
  return isLimit(limit) && limit.burst / limit.interval < BUILT_IN.burst / BUILT_IN.interval;
}
