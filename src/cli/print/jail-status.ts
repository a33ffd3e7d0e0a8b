/** A jail for people, in the manner of systemctl status: what it is, what it counted, its bans, and its last events. */
import type { AgentStatus, JailStatus } from '../../agent/agent-status.js';
import type { JailEntry } from '../../config/files/configuration-files.js';
import { isStopped, TEMPORARY } from '../../config/temporary.js';
import type { Entry } from '../../core/entry.js';
import { printable } from '../../core/printable.js';
import { F2bError } from '../../errors.js';
import { counted, number } from '../../text/counted.js';
import { instant } from '../../text/instant.js';
import { length, relative } from '../../text/length.js';
import type { JailOverview, ToldBans } from '../jail-overview.js';
import { banLines, banRecord } from './bans.js';
import { eventText } from './event.js';
import { properties, troubles, withoutUnit } from './status.js';
import type { Style } from './style.js';
import type { Now } from './times.js';

type Property = readonly [label: string, text: string];

export function jailLines(
  { jail, entry, bans, events, told }: JailOverview,
  agent: AgentStatus,
  style: Style,
  now: Now,
): readonly string[] {
  return [
    `${isStopped(jail.temporary) ? style.yellow('●') : style.green('●')} ${style.bold(printable(jail.name))} - ${printable(jail.description)}`,
    ...properties([
      ...(entry === undefined ? [] : placeOf(entry)),
      ['Active', activity(jail, agent, style, now)],
      ...(jail.filter === '' ? [] : [['Filter', printable(jail.filter)] as const]),
      ...(jail.units.length === 0 ? [] : [['Units', printable(jail.units.join(' '))] as const]),
      ...(jail.maxretry === 0 ? [] : countedLines(jail)),
      ...(jail.temporary ?? []).map((setting, index) => [index === 0 ? 'Temporary' : '', printable(setting)] as const),
      ['Bans', bansText(jail, told, now)],
      ...lastEvent(events, now),
      ...withoutUnit(jail).map((text) => ['Journal', text] as const),
      ...healthOf(jail, agent, style),
    ]),
    '',
    ...newestBans(jail, bans, style, now),
    ...eventLines(events, style, now),
  ];
}

function activity({ temporary }: JailStatus, { startedAt }: AgentStatus, style: Style, { now, zone }: Now): string {
  if (isStopped(temporary)) return `${style.yellow('stopped')} ${TEMPORARY}`;
  return `${style.green('active')} since ${instant(startedAt, zone)}; ${relative(startedAt, now)}`;
}

/** The files it comes from, and whether it is on. */
function placeOf({ files, state }: JailEntry): readonly Property[] {
  const [main, ...dropins] = files;
  if (main === undefined) return [];
  return [
    ['Loaded', `${printable(main.path)}; ${state}`],
    ...dropins.map(({ path }, index) => [index === 0 ? 'Drop-In' : '', printable(path)] as const),
  ];
}

/** So many are shown; an attack has thousands, and what stands above and below them is what is asked for. */
const MOST_SHOWN = 20;

function newestBans(
  { name, banned }: JailStatus,
  bans: JailOverview['bans'],
  style: Style,
  now: Now,
): readonly string[] {
  const all = `f2bctl bans ${printable(name)} lists them`;
  if (bans === undefined) return [`${counted(banned, 'ban')}; ${all}.`];
  const sorted = bans.toSorted((one, other) => one.ban.since - other.ban.since);
  const lines = banLines(sorted.slice(-MOST_SHOWN), style, now);
  if (sorted.length <= MOST_SHOWN) return lines;
  return [...lines.slice(0, -1), `The newest ${MOST_SHOWN} of ${counted(sorted.length, 'ban')}; ${all}.`];
}

/** What a jail counts; the jail of bans by hand has no limit. */
function countedLines({ maxretry, findtime, bantime, entries, failures, failing }: JailStatus): readonly Property[] {
  return [
    ['Limit', `${counted(maxretry, 'failure')} within ${length(findtime)}; then banned for ${length(bantime)}`],
    ['Entries', `${number(entries)} since the start`],
    ['Failures', `${number(failures)} since the start; ${counted(failing, 'address')} failing now`],
  ];
}

/** Those since the agent started, those ever, as far as the journal tells, and those now. */
function bansText({ bans, banned }: JailStatus, told: JailOverview['told'], { zone }: Now): string {
  const ever = told === undefined ? '' : `, ${toldText(told, zone)}`;
  return `${number(bans)} since the start${ever}; ${counted(banned, 'address')} banned now`;
}

function toldText({ count, since, atLeast }: ToldBans, zone: Now['zone']): string {
  const time = instant(since, zone);
  if (!atLeast) return `${number(count)} in the journal since ${time}`;
  return `at least ${number(count)} in the journal, these since ${time}`;
}

function lastEvent(events: JailOverview['events'], { now }: Now): readonly Property[] {
  if (events instanceof F2bError) return [];
  const newest = events.at(-1);
  return newest === undefined ? [] : [['Last event', `${relative(newest.at, now)}: ${messageOf(newest)}`]];
}

function messageOf({ fields, line }: Entry): string {
  return printable(fields['MESSAGE'] ?? line);
}

/** Problems that name the jails that have them. */
const OF_JAILS: ReadonlySet<string> = new Set(['JAIL_UNHEARD', 'JAIL_STOPPED']);

function concerns({ code, message }: AgentStatus['problems'][number], name: string): boolean {
  // A colon may be part of a name, as of a unit's.
  return !OF_JAILS.has(code) || message.split(/:?(?:[\s,;]+|$)/).includes(name);
}

/** What is wrong with the jail, or with the agent, which every jail suffers from. */
function healthOf(jail: JailStatus, agent: AgentStatus, style: Style): readonly Property[] {
  const { slowLines, slowRegexes } = jail;
  const problems = agent.problems.filter((problem) => concerns(problem, jail.name));
  const wrong = troubles({ ...agent, problems, jails: [] }, style);
  const slow = `${counted(slowLines, 'line')} took too long to match and ${slowLines === 1 ? 'was' : 'were'} passed over`;
  if (wrong.length === 0 && slowLines === 0 && slowRegexes.length === 0) return [['Health', style.green('well')]];
  return [
    ...wrong.map((line, index) => [index === 0 ? 'Health' : '', line] as const),
    ...(slowLines > 0 ? [['Slow', style.yellow(slow)] as const] : []),
    ...slowRegexes.map((regex, index) => [index === 0 ? 'Simplify' : '', style.yellow(printable(regex))] as const),
  ];
}

function eventLines(events: JailOverview['events'], style: Style, { zone }: Now): readonly string[] {
  if (events instanceof F2bError) return ['', style.yellow(printable(`${events.message}; ${events.hint}`))];
  const look = { format: 'short', style, zone };
  return events.length === 0 ? [] : ['', ...events.map((event) => eventText(event, look).trimEnd())];
}

/** The same for programs; `files` are those it comes from, `events` null where the journal cannot be read. */
export function jailRecord({ jail, entry, bans, events, told }: JailOverview): object {
  return {
    ...jail,
    state: entry?.state ?? 'enabled',
    files: entry?.files.map(({ path }) => path) ?? [],
    inForce: (bans ?? []).map((view) => banRecord(view)),
    events: events instanceof F2bError ? null : events.map(eventRecord),
    ...(told && { told }),
  };
}

function eventRecord({ at, fields, line }: Entry): object {
  return { at, event: fields['F2B_EVENT'] ?? '', message: fields['MESSAGE'] ?? line };
}
