/** Why an address is banned, for people: the bans, what counts against it, and the journal entries themselves. */

import type { ExplainedBan, Explanation } from '../../agent/explanation.js';
import type { Ban } from '../../core/ban.js';
import { printable } from '../../core/printable.js';
import { F2bError } from '../../errors.js';
import { counted } from '../../text/counted.js';
import { ineffectiveWords } from '../../text/ineffective.js';
import { instant, stamp } from '../../text/instant.js';
import { relative } from '../../text/length.js';
import { type Locate, nowhere } from '../geoip.js';
import type { Story } from '../story.js';
import { banSentence } from './bans.js';
import { outlookLines } from './outlook.js';
import type { Style } from './style.js';
import type { Now } from './times.js';

function ordinal(count: number): string {
  const teen = count % 100 > 10 && count % 100 < 14;
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${suffix}`;
}

/** How a ban came about, where its failures do not say it. */
const ORIGINS: Readonly<Record<Ban['origin'], string>> = {
  jail: '',
  recidive: '',
  manual: ' as a person asked',
  fleet: ' as other hosts of the fleet reported it',
};

function banParagraph(view: Explanation['bans'][number], style: Style, now: Now): readonly string[] {
  const { ban, enforcedBy } = view;
  const after = ban.failures > 0 ? ` after ${counted(ban.failures, 'failure')}` : '';
  const asked = ORIGINS[ban.origin];
  const since = `  since ${instant(ban.since, now.zone)}${after}${asked}; its ${ordinal(ban.count)} ban`;
  const closed = `  closed to it: ${closedText(ban)}`;
  const places = enforcedBy.map((place) => `  held by ${printable(place)}`);
  return [banSentence(view, style, now), since, closed, ...places, ...ineffectiveLines(view, style, now)];
}

/** That the ban does not keep its address out. */
function ineffectiveLines({ ineffective }: ExplainedBan, style: Style, { now }: Now): readonly string[] {
  if (ineffective === undefined) return [];
  const { failures, last, cause } = ineffective;
  const words = ineffectiveWords(cause);
  return [
    `  ${style.red(`does not keep it out: ${counted(failures, 'failure')} since, the last one ${relative(last, now)}`)}`,
    `    ${words.cause}`,
    `    ${words.hint}`,
  ];
}

function closedText({ disposition, ports }: Ban): string {
  switch (disposition) {
    case 'drop':
      return 'everything; its packets get no answer';
    case 'reject':
      return 'everything; its packets are rejected';
    case 'ports':
      return `the ports ${printable(ports.join(' '))}`;
  }
}

/** Of jails that are not there any more, or of what lies in a prefix. */
function offenderLines({ bans, offenders, outlooks }: Explanation, { zone }: Now): readonly string[] {
  const told = new Set([...bans.map(({ ban }) => ban.jail), ...outlooks.map(({ jail }) => jail)]);
  return offenders
    .filter(({ jail }) => !told.has(jail))
    .map(
      ({ jail, count, bannedAt }) =>
        `Banned ${counted(count, 'time')} before by ${printable(jail)}, last ${instant(bannedAt, zone)}.`,
    );
}

/** Failures that no jail weighs for the address itself: those of what lies in a prefix. */
function failureLines({ failures, outlooks }: Explanation): readonly string[] {
  const told = new Set(outlooks.map(({ jail }) => jail));
  const byJail = new Map<string, number>();
  for (const { jail, count } of failures) {
    if (!told.has(jail)) byJail.set(jail, (byJail.get(jail) ?? 0) + count);
  }
  return [...byJail].map(([jail, count]) => `${counted(count, 'failure')} counted by ${printable(jail)} now.`);
}

function evidenceLines(
  entries: Explanation['entries'],
  indent: string,
  style: Style,
  { zone }: Now,
): readonly string[] {
  const gone = entries.filter(({ line }) => line === undefined).length;
  const shown = entries.flatMap(({ at, line }) =>
    line === undefined ? [] : [`${indent}${at === undefined ? '' : `${stamp(at, zone)} `}${printable(line)}`],
  );
  const note = gone === 0 ? [] : [`${indent}${counted(gone, 'older entry')} no longer in the journal`];
  return [...note.map(style.dim), ...shown];
}

function entryLines({ entries }: Explanation, style: Style, now: Now): readonly string[] {
  return entries.length === 0 ? [] : ['', style.bold('Journal entries:'), ...evidenceLines(entries, '  ', style, now)];
}

/** What was done, and below it the entries behind it that were not shown already. */
function historyLines({ entries }: Explanation, history: Story, style: Style, now: Now): readonly string[] {
  if (history instanceof F2bError) {
    const why = `What was done before cannot be told: ${printable(history.message)}`;
    return ['', why, `hint: ${printable(history.hint)}`];
  }
  if (history.length === 0) return [];
  const shown = new Set(entries.map(({ cursor }) => cursor));
  const lines = history.flatMap((event) => [
    `  ${stamp(event.at, now.zone)} ${printable(event.message)}`,
    ...evidenceLines(
      event.entries.filter(({ cursor }) => !shown.has(cursor)),
      '    ',
      style,
      now,
    ),
  ]);
  return ['', style.bold('History:'), ...lines];
}

/** Which country and whose network it is in, as far as a database tells. */
function placeLines({ address }: Explanation, locate: Locate): readonly string[] {
  const { country, owner } = locate(address);
  const places = [
    ...(country === undefined ? [] : [`country ${country}`]),
    ...(owner === undefined ? [] : [`network of ${printable(owner)}`]),
  ];
  return places.length === 0 ? [] : [`${address.text}: ${places.join(', ')}.`];
}

export function explanationLines(
  explanation: Explanation,
  history: Story,
  style: Style,
  now: Now,
  locate: Locate = nowhere,
): readonly string[] {
  const text = style.bold(explanation.address.text);
  const known = [
    ...(explanation.bans.length === 0 ? [`${text} is not banned.`] : []),
    ...explanation.bans.flatMap((view) => banParagraph(view, style, now)),
    ...placeLines(explanation, locate),
    ...outlookLines(explanation),
    ...failureLines(explanation),
    ...offenderLines(explanation, now),
  ];
  const more = explanation.more ? ['', 'There is more. Ask about fewer addresses, or list all bans: f2bctl bans'] : [];
  return [...known, ...entryLines(explanation, style, now), ...historyLines(explanation, history, style, now), ...more];
}
