/** Why an address is banned, for people: the bans, what counts against it, and the journal entries themselves. */

import type { Explanation } from '../../agent/explanation.js';
import { printable } from '../../core/printable.js';
import { counted } from '../../text/counted.js';
import { instant, stamp } from '../../text/instant.js';
import { banSentence } from './bans.js';
import type { Style } from './style.js';
import type { Now } from './times.js';

function ordinal(count: number): string {
  const teen = count % 100 > 10 && count % 100 < 14;
  const suffix = teen ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th');
  return `${count}${suffix}`;
}

function banParagraph(view: Explanation['bans'][number], style: Style, now: Now): readonly string[] {
  const { ban } = view;
  const after = ban.failures > 0 ? ` after ${counted(ban.failures, 'failure')}` : '';
  const asked = ban.origin === 'manual' ? ' as a person asked' : '';
  const since = `  since ${instant(ban.since, now.zone)}${after}${asked}; its ${ordinal(ban.count)} ban`;
  return [banSentence(view, style, now), since];
}

/** Failures that count now, by jail. */
function failureLines({ failures }: Explanation): readonly string[] {
  const byJail = new Map<string, number>();
  for (const { jail, count } of failures) byJail.set(jail, (byJail.get(jail) ?? 0) + count);
  return [...byJail].map(([jail, count]) => `${counted(count, 'failure')} counted by ${printable(jail)} now.`);
}

function offenderLines({ bans, offenders }: Explanation, { zone }: Now): readonly string[] {
  const current = new Set(bans.map(({ ban }) => ban.jail));
  return offenders
    .filter(({ jail }) => !current.has(jail))
    .map(
      ({ jail, count, bannedAt }) =>
        `Banned ${counted(count, 'time')} before by ${printable(jail)}, last ${instant(bannedAt, zone)}.`,
    );
}

function entryLines({ entries }: Explanation, style: Style, { zone }: Now): readonly string[] {
  if (entries.length === 0) return [];
  const gone = entries.filter(({ line }) => line === undefined).length;
  const shown = entries.flatMap(({ at, line }) =>
    line === undefined ? [] : [`  ${at === undefined ? '' : `${stamp(at, zone)} `}${printable(line)}`],
  );
  const note = gone === 0 ? [] : [`  ${counted(gone, 'older entry')} no longer in the journal`];
  return ['', style.bold('Journal entries:'), ...note.map(style.dim), ...shown];
}

export function explanationLines(explanation: Explanation, style: Style, now: Now): readonly string[] {
  const text = style.bold(explanation.address.text);
  const known = [
    ...(explanation.bans.length === 0 ? [`${text} is not banned.`] : []),
    ...explanation.bans.flatMap((view) => banParagraph(view, style, now)),
    ...failureLines(explanation),
    ...offenderLines(explanation, now),
  ];
  const more = explanation.more ? ['', 'There is more. Ask about fewer addresses, or list all bans: f2bctl bans'] : [];
  return [...known, ...entryLines(explanation, style, now), ...more];
}
