/** Which events `f2bctl log` is to show, from options as journalctl(1) has them. */
import { InvalidArgumentError } from 'commander';
import { F2bError } from '../errors.js';
import type { JournalHistory } from '../ports/journal.js';
import { addressesOf } from './address-argument.js';
import type { Dependencies } from './dependencies.js';
import { bootBefore, type Selection } from './event-reader.js';
import { requireTime } from './time-argument.js';

/** What was asked for, as it was typed. */
export interface LogOptions {
  readonly jail?: string;
  readonly unit?: string;
  readonly since?: string;
  readonly until?: string;
  readonly event?: readonly string[];
  readonly grep?: string;
  readonly priority?: readonly [number, number];
  /** `true` for a bare `-b`. */
  readonly boot?: string | true;
  readonly cursor?: string;
  readonly afterCursor?: string;
  readonly cursorFile?: string;
}

/** Levels of syslog(3), by their numbers. */
const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** `warning`, `4` or `err..notice`: the most urgent and the least urgent level. */
export function priorityRange(text: string): readonly [number, number] {
  const [from, to, ...others] = text.split('..').map(levelOf);
  const isRange = text.includes('..');
  if (from === undefined || others.length > 0 || (isRange && to === undefined)) {
    throw new InvalidArgumentError(`It must be one of ${LEVELS.join(', ')}, a number, or a range such as err..notice.`);
  }
  if (to === undefined) return [0, from];
  return from <= to ? [from, to] : [to, from];
}

function levelOf(text: string): number | undefined {
  const level = /^[0-7]$/.test(text) ? Number(text) : LEVELS.indexOf(text.replace(/^error$/, 'err'));
  return level < 0 ? undefined : level;
}

/** As journalctl does it: a pattern without capitals matches them too. Throws USAGE. */
function patternOf(text: string): RegExp {
  try {
    return new RegExp(text, /\p{Lu}/u.test(text) ? 'u' : 'iu');
  } catch (cause) {
    throw new F2bError('USAGE', `--grep: ${JSON.stringify(text)} is no regular expression`, { cause });
  }
}

/** Throws USAGE. */
export async function selectionOf(
  text: string | undefined,
  options: LogOptions,
  journal: JournalHistory,
  { now, zone, resolve, configuration }: Dependencies,
): Promise<Selection> {
  const { jail, unit, since, until, event, grep, priority, boot, cursor, afterCursor, cursorFile } = options;
  const saved = cursorFile === undefined ? undefined : configuration.read(cursorFile)?.trim() || undefined;
  const after = afterCursor ?? saved;
  const from = cursor === undefined ? after && { cursor: after, isIncluded: false } : { cursor, isIncluded: true };
  return {
    addresses: text === undefined ? undefined : await addressesOf(text, resolve),
    jail: jail ?? unit,
    since: since === undefined ? undefined : requireTime('--since', since, now(), zone),
    until: until === undefined ? undefined : requireTime('--until', until, now(), zone),
    kinds: event?.flatMap((list) => list.split(',')),
    priorities: priority,
    pattern: grep === undefined ? undefined : patternOf(grep),
    boot: boot === undefined ? undefined : bootOf(boot, journal),
    from: from || undefined,
  };
}

/** `-b`, `-b 0`, `-b -1` or the id of a boot. Throws USAGE. */
function bootOf(text: string | true, journal: JournalHistory): string {
  if (text !== true && /^[0-9a-f]{32}$/.test(text)) return text;
  const back = text === true ? 0 : -Number(text);
  const found = Number.isInteger(back) && back >= 0 ? bootBefore(journal, back) : undefined;
  if (found !== undefined) return found;
  const hint =
    'write -b for the newest boot that the agent ran in, -b -1 for the one before, or an id of journalctl --list-boots';
  throw new F2bError('USAGE', `there is no boot ${JSON.stringify(text === true ? 'of the agent' : text)}`, { hint });
}
