/**
 * A mail that tells of events: one, or a storm of them. Invariant: nothing that an event holds begins a header, a line of
 * one, or a tag.
 */
import { printable } from '../../core/printable.js';
import { counted } from '../../text/counted.js';
import { htmlText } from '../../text/html.js';
import type { EventRecord } from '../record.js';
import { type About, aboutLines } from './about.js';

/** What is known of an event beside itself. */
export interface MailedEvent {
  readonly event: EventRecord;
  /** The journal entries behind it, those that are still there. */
  readonly entries: readonly string[];
  /** What is known of the address that it bans. */
  readonly about?: About;
}

export interface ComposedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** So many events are told one by one; of more, their numbers. */
const MOST_TOLD = 100;
/** The longest subject, characters. */
const LONGEST_SUBJECT = 160;

export function composeMail(mailed: readonly MailedEvent[]): ComposedMail {
  const events = mailed.map(({ event }) => event);
  const told = mailed.slice(0, MOST_TOLD);
  const left = mailed.length - told.length;
  const more = left === 0 ? [] : [`and ${counted(left, 'more event')}; all of them: f2bctl log`];
  const sums = mailed.length === 1 ? [] : sumLines(events);
  return {
    subject: subjectOf(events),
    text: `${[...sums, ...told.flatMap(textLines), ...more].join('\n')}\n`,
    html: htmlOf(sums, told, more),
  };
}

function subjectOf(events: readonly EventRecord[]): string {
  const [first] = events;
  const isTest = events.some(({ test }) => test === true);
  const what = events.length === 1 ? (first?.message ?? '') : countsOf(events).join(', ');
  const subject = printable(`[f2b] ${first?.host ?? ''}: ${isTest && events.length > 1 ? 'TEST: ' : ''}${what}`);
  return subject.length > LONGEST_SUBJECT ? `${subject.slice(0, LONGEST_SUBJECT)}…` : subject;
}

/** `3 bans`, `1 unban`: how many there are of each kind. */
function countsOf(events: readonly EventRecord[]): readonly string[] {
  return tally(events.map(({ event }) => event)).map(([kind, count]) => counted(count, kind));
}

/** Numbers first: what a storm is about. */
function sumLines(events: readonly EventRecord[]): readonly string[] {
  const bans = events.filter(({ event }) => event === 'ban');
  const jails = tally(bans.map(({ jail = '' }) => jail)).map(([jail, count]) => `  ${jail}: ${counted(count, 'ban')}`);
  const addresses = new Set(bans.map(({ address }) => address)).size;
  const of = bans.length === 0 ? '' : ` of ${counted(addresses, 'address')}`;
  return [`${countsOf(events).join(', ')}${of}`, ...jails, ''].map(printable);
}

function tally(words: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).slice(0, 20);
}

function textLines({ event, entries, about = {} }: MailedEvent): readonly string[] {
  return [
    `${event.time}  ${event.message}`,
    ...aboutLines(about).map((line) => `  ${line}`),
    ...(event.hint === undefined ? [] : [`  ${event.hint}`]),
    ...entries.map((line) => `    ${line}`),
    ...(entries.length === 0 ? [] : ['']),
  ].map(printable);
}

function htmlOf(sums: readonly string[], told: readonly MailedEvent[], more: readonly string[]): string {
  const paragraph = (line: string) => (line === '' ? '' : `<p>${htmlText(line)}</p>\n`);
  const rows = told.map(({ event, entries, about = {} }) => {
    const aside = aboutLines(about).map((line) => `<br>${htmlText(line)}`);
    const hint = event.hint === undefined ? '' : `<br>${htmlText(event.hint)}`;
    const lines = entries.length === 0 ? '' : `<pre>${entries.map(htmlText).join('\n')}</pre>`;
    return `<tr><td>${htmlText(event.time)}</td><td>${htmlText(event.message)}${aside.join('')}${hint}${lines}</td></tr>\n`;
  });
  return `<!DOCTYPE html><html><body>\n${sums.map(paragraph).join('')}<table>\n${rows.join('')}</table>\n${more.map(paragraph).join('')}</body></html>\n`;
}
