/** Which events `f2bctl log` is to show, from options as journalctl(1) has them. */
import { InvalidArgumentError } from 'commander';
import { DEFAULT_CONFIG_DIRECTORY } from '../config/directories.js';
import { jailAmong } from '../control/jail-named.js';
import { parseAddress } from '../core/address/address.js';
import { isGlob } from '../core/glob.js';
import { F2bError } from '../errors.js';
import { nearest } from '../filter/nearest.js';
import type { JournalHistory } from '../ports/journal.js';
import { errorLines } from '../text/error-lines.js';
import { allAddressesOf } from './arguments/address-argument.js';
import { isAgent } from './arguments/is-agent.js';
import { unknownJail } from './arguments/jail-argument.js';
import { requireTime } from './arguments/time-argument.js';
import type { Dependencies } from './dependencies.js';
import { jailPatterns, type Selection } from './event-reader.js';
import { bootNamed, parseBoot } from './named-boot.js';
import { styleFor } from './print/style.js';

/** What was asked for, as it was typed. */
export interface LogOptions {
  readonly jail?: readonly string[];
  readonly unit?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly event?: readonly string[];
  readonly grep?: string;
  readonly caseSensitive?: boolean;
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

/** As journalctl does it: a pattern without capitals matches them too, unless it is said otherwise. Throws USAGE. */
function patternOf(text: string, isCaseSensitive = /\p{Lu}/u.test(text)): RegExp {
  try {
    return new RegExp(text, isCaseSensitive ? 'u' : 'iu');
  } catch (cause) {
    throw new F2bError('USAGE', `--grep: ${JSON.stringify(text)} is no regular expression`, { cause });
  }
}

/** Throws USAGE for a kind that there is not: nothing would be shown, and nobody told why. */
async function kindsOf(lists: readonly string[]): Promise<readonly string[]> {
  const { eventKinds, isKind } = await import('../events/decode.js');
  const kinds = lists.flatMap((list) => list.split(','));
  const unknown = kinds.find((kind) => !isKind(kind));
  if (unknown === undefined) return kinds;
  const meant = nearest(unknown, eventKinds);
  const hint = meant === undefined ? `they are ${eventKinds.join(', ')}` : `did you mean ${meant}?`;
  throw new F2bError('USAGE', `--event: there are no events ${JSON.stringify(unknown)}`, { hint });
}

/** A word is an address, else a jail that there is, else the name of a host. Throws USAGE. */
async function subjectsOf(words: readonly string[], { configuration, resolve }: Dependencies) {
  const others = words.filter((word) => parseAddress(word) === undefined);
  others.forEach(requireNoMatch);
  const known = others.length === 0 ? [] : await configuration.jails(DEFAULT_CONFIG_DIRECTORY);
  const named = new Map(others.map((word) => [word, jailAmong(word, known)?.name]));
  const addresses = await allAddressesOf(
    words.filter((word) => named.get(word) === undefined),
    resolve,
  );
  return { addresses, jails: [...named.values()].filter((name) => name !== undefined) };
}

/** What stands for a match of a field of the agent's in journalctl(1). */
const matched: Readonly<Record<string, (value: string) => string>> = {
  F2B_JAIL: (value) => `--jail=${value}`,
  F2B_EVENT: (value) => `--event=${value}`,
  F2B_ADDRESS: (value) => value,
  PRIORITY: (value) => `--priority=${value}`,
  _BOOT_ID: (value) => `--boot=${value}`,
};

/** Matches of fields are journalctl's. Throws USAGE. */
function requireNoMatch(word: string): void {
  const [, field = '', value = ''] = /^([A-Z0-9_]+)=(.*)$/s.exec(word) ?? [];
  if (field === '') return;
  const ours = matched[field]?.(value);
  const hint = ours === undefined ? `write: journalctl -u f2bd ${word}` : `write: f2bctl log ${ours}`;
  throw new F2bError('USAGE', `${JSON.stringify(word)} is no address or jail`, { hint });
}

/** Jails and units as they were named, but for the agent: all is about it. */
function namesIn({ jail = [], unit = [] }: LogOptions): readonly string[] {
  return [...jail, ...unit].filter((name) => !isAgent(name));
}

/** The jails that are meant: one of that name, and the one that reads the unit of that name. */
async function jailsNamed(names: readonly string[], { configuration }: Dependencies): Promise<readonly string[]> {
  if (names.every(isGlob)) return names;
  const known = await configuration.jails(DEFAULT_CONFIG_DIRECTORY);
  return names.flatMap((name) => [name, jailAmong(name, known)?.name ?? name]);
}

/** Where nothing was found: tells that there is no jail or unit of a name that was asked for, if so. */
export async function tellUnknown(
  asked: LogOptions & { readonly directory?: string },
  dependencies: Dependencies,
): Promise<void> {
  // A journal from elsewhere may be of other jails.
  const unknown = asked.directory === undefined ? await unknownIn(asked, dependencies) : undefined;
  if (unknown === undefined) return;
  const { errors, environment } = dependencies;
  for (const line of errorLines(unknown, styleFor(errors, environment), 'f2bctl')) errors.write(`${line}\n`);
}

async function unknownIn(options: LogOptions, { configuration }: Dependencies): Promise<F2bError | undefined> {
  const names = namesIn(options).filter((name) => !isGlob(name));
  if (names.length === 0) return undefined;
  const known = await configuration.jails(DEFAULT_CONFIG_DIRECTORY);
  const unknown = names.find((name) => jailAmong(name, known) === undefined);
  if (unknown === undefined) return undefined;
  return unknownJail(
    unknown,
    known.map(({ name }) => name),
  );
}

/** Throws USAGE. */
export async function selectionOf(
  words: readonly string[],
  options: LogOptions,
  journal: JournalHistory,
  dependencies: Dependencies,
): Promise<Selection> {
  const { now, zone, configuration } = dependencies;
  const { caseSensitive, since, until, event, grep, priority, boot, cursor, afterCursor, cursorFile } = options;
  const saved = cursorFile === undefined ? undefined : configuration.read(cursorFile)?.trim() || undefined;
  const after = afterCursor ?? saved;
  const behind = after === undefined ? undefined : { cursor: after, isIncluded: false };
  const from = cursor === undefined ? behind : { cursor, isIncluded: true };
  const { addresses, jails } = await subjectsOf(words, dependencies);
  const wanted = [...(await jailsNamed(namesIn(options), dependencies)), ...jails];
  return {
    addresses: addresses.length === 0 ? undefined : addresses,
    jails: wanted.length === 0 ? undefined : jailPatterns(wanted),
    since: since === undefined ? undefined : requireTime('--since', since, now(), zone),
    until: until === undefined ? undefined : requireTime('--until', until, now(), zone),
    kinds: event && (await kindsOf(event)),
    priorities: priority,
    pattern: grep === undefined ? undefined : patternOf(grep, caseSensitive),
    boot: boot === undefined ? undefined : bootOf(boot, journal),
    from,
  };
}

/** Throws USAGE when there is no such boot. */
function bootOf(text: string | true, journal: JournalHistory): string | undefined {
  if (text === 'all') return undefined;
  const named = parseBoot(text === true ? '0' : text);
  const found = named === undefined ? undefined : bootNamed(journal, named);
  if (found !== undefined) return found;
  const hint =
    'write -b for the newest boot that the agent ran in, -b -1 for the one before, -b 1 for the first, -b all for all of them, or an id of journalctl --list-boots';
  throw new F2bError('USAGE', `there is no boot ${JSON.stringify(text === true ? 'of the agent' : text)}`, { hint });
}

/** As journalctl does it: what stands behind `-b` and names no boot is a word of its own, and the boot the newest. */
export function bootApart(words: readonly string[], boot: LogOptions['boot']) {
  const isWord = typeof boot === 'string' && boot !== 'all' && parseBoot(boot) === undefined;
  return isWord ? { words: [boot, ...words], boot: true as const } : { words, boot };
}
