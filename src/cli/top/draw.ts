/**
 * The lines of the screen for a size, figures and view. Pure. Invariant: as many lines as there are rows, none wider than
 * the screen, and nothing in them steers a terminal but our own colours.
 */
import { overlaps } from '../../core/address/address.js';
import { printable } from '../../core/printable.js';
import { counted, number } from '../../text/counted.js';
import { stamp } from '../../text/instant.js';
import { length } from '../../text/length.js';
import { sparkline } from '../print/sparkline.js';
import { type Style, uncoloured } from '../print/style.js';
import type { Now } from '../print/times.js';
import type { Count } from '../report/tops.js';
import { cell, clip } from './clip.js';
import type { Figures } from './figures.js';
import { firstFitting, fitted, type Part } from './fitted.js';
import type { Listing } from './listing.js';
import { chosenIndex } from './pressed.js';
import type { RecentEvent } from './recent-event.js';
import { LISTS, type View } from './view.js';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Below it nothing useful fits. */
export const SMALLEST: Size = { columns: 40, rows: 10 };

/** Of each list of the busiest. */
export const MOST_BUSIEST = 10;

interface Line {
  readonly text: string;
  readonly paint?: 'bold' | 'dim' | 'red' | 'yellow' | 'inverse';
}

/** How many rows each part has. */
interface Layout {
  readonly troubles: number;
  readonly busiest: number;
  readonly events: number;
  /** Rows of the list, without its headings. */
  readonly list: number;
}

/** The title, the numbers, the trend; the headings of the list; the keys. */
const FIXED = 3 + 2 + 1;

function layoutOf({ rows }: Size, { troubles }: Figures, { list }: View): Layout {
  const free = rows - FIXED;
  const told = Math.min(troubles.length, free > 12 ? 2 : 1);
  // Six rows of the list come first, then the latest events and the busiest grow with the screen.
  const spare = Math.max(0, free - told - 6);
  const each = Math.min(MOST_BUSIEST, Math.floor((spare - 2) / 2));
  if (each < 2) return { troubles: told, busiest: 0, events: 0, list: Math.max(1, free - told) };
  const events = list === 'events' ? 0 : each;
  const used = told + (each + 1) + (events > 0 ? events + 1 : 0);
  return { troubles: told, busiest: each, events, list: free - used };
}

/** How many rows of the list, or lines of a text, the screen has. */
export function pageOf(size: Size, figures: Figures, view: View): number {
  return view.mode.kind === 'reading' ? Math.max(1, size.rows - 2) : layoutOf(size, figures, view).list;
}

/** Everything on the screen. */
export function screenLines(
  figures: Figures,
  view: View,
  listing: Listing,
  size: Size,
  style: Style,
  now: Now,
): readonly string[] {
  const { columns, rows } = size;
  const lines = linesOf(figures, view, listing, size, style, now).slice(0, rows);
  const filled = [...lines, ...Array.from({ length: rows - lines.length }, (): Line => ({ text: '' }))];
  return filled.map(({ text, paint }) => {
    const shown = clip(text, columns, style.widthOf).trimEnd();
    return paint === undefined ? shown : style[paint](shown);
  });
}

function linesOf(figures: Figures, view: View, listing: Listing, size: Size, style: Style, now: Now): readonly Line[] {
  if (size.columns < SMALLEST.columns || size.rows < SMALLEST.rows) return tooSmall(size);
  if (view.mode.kind === 'reading') return readingLines(view.mode, size, style);
  const layout = layoutOf(size, figures, view);
  return [
    ...headLines(figures, size, style, now),
    ...figures.troubles.slice(0, layout.troubles).map((text): Line => ({ text: printable(text), paint: 'yellow' })),
    ...busiestLines(figures, layout.busiest, size, style),
    ...listLines(view, listing, layout.list, size, style, now),
    ...eventLines(figures.events, layout.events, now),
    lastLine(view, figures, size, style),
  ];
}

function tooSmall({ columns, rows }: Size): readonly Line[] {
  const texts = [
    `This screen is ${columns}x${rows}.`,
    `Make it ${SMALLEST.columns}x${SMALLEST.rows} or larger,`,
    'or write f2bctl top --batch.',
    'q leaves.',
  ];
  return texts.map((text) => ({ text }));
}

function readingLines(
  { title, lines, top }: Extract<View['mode'], { kind: 'reading' }>,
  { columns, rows }: Size,
  { widthOf }: Style,
): readonly Line[] {
  const page = rows - 2;
  const shown = lines.slice(top, top + page);
  const blanks = Array.from({ length: page - shown.length }, () => '');
  const place = lines.length > page ? `   ${top + 1} to ${top + shown.length} of ${lines.length} lines` : '';
  return [
    { text: printable(title), paint: 'bold' },
    ...[...shown, ...blanks].map((text) => ({ text: printable(text) })),
    { text: firstFitting([`q back   Up, Down, PgUp, PgDn${place}`, `q back${place}`], columns, widthOf), paint: 'dim' },
  ];
}

function headLines(
  { status, rates, trend }: Figures,
  { columns }: Size,
  { widthOf }: Style,
  now: Now,
): readonly Line[] {
  const { version, state, startedAt, firewall, entries, jails } = status;
  const sum = (key: 'failures' | 'failing' | 'banned' | 'bans') => jails.reduce((all, jail) => all + jail[key], 0);
  const clock = stamp(now.now, now.zone).slice(-8);
  const titles = [
    `f2bd ${version}: ${state} for ${length(Math.max(0, now.now - startedAt))}; ${firewall.name}: ${firewall.state}`,
    `f2bd ${state}; ${firewall.name}: ${firewall.state}`,
    `f2bd ${state}; firewall ${firewall.state}`,
  ].map(printable);
  const title = firstFitting(titles, columns - clock.length - 1, widthOf);
  const pending = firewall.pending > 0 ? `, ${number(firewall.pending)} pending` : '';
  const numbers: readonly Part[] = [
    { text: `Entries ${number(entries)} (${perSecond(rates.entries)})`, dropped: 3 },
    { text: `Failures ${number(sum('failures'))} (${perSecond(rates.failures)})` },
    { text: `Failing ${number(sum('failing'))}`, dropped: 1 },
    { text: `Banned ${number(sum('banned'))}${pending}` },
    { text: `Bans ${number(sum('bans'))}`, dropped: 2 },
  ];
  return [
    { text: `${cell(title, columns - clock.length - 1, widthOf)} ${clock}`, paint: 'bold' },
    { text: fitted(numbers, columns, widthOf) },
    { text: `Failures a second ${sparkline(trend)}` },
  ];
}

function perSecond(rate: number): string {
  return `${rate >= 10 ? number(Math.round(rate)) : rate.toFixed(1)}/s`;
}

/** Short lists side by side, as many as fit. */
function busiestLines({ jails, busiest }: Figures, rows: number, { columns }: Size, style: Style): readonly Line[] {
  if (rows === 0) return [];
  const lately = jails.map(({ name, lately: count }) => ({ name, count }));
  const all: readonly (readonly [heading: string, counts: readonly Count[]])[] = [
    ['JAILS, LAST MINUTE', lately],
    ['ADDRESSES', busiest.addresses],
    ['NETWORKS', busiest.networks],
    ['USER NAMES', busiest.users],
  ];
  const shown = all.slice(0, Math.max(1, Math.floor((columns + 2) / 20)));
  const width = Math.floor((columns + 2) / shown.length) - 2;
  const blocks = shown.map(([heading, counts]) => [
    cell(heading, width, style.widthOf),
    ...Array.from({ length: rows }, (_, index) => countCell(counts[index], width, style)),
  ]);
  return Array.from({ length: rows + 1 }, (_, row) => ({
    text: blocks.map((block) => block[row] ?? '').join('  '),
    ...(row === 0 ? { paint: 'bold' } : {}),
  }));
}

function countCell(count: Count | undefined, width: number, { widthOf }: Style): string {
  if (count === undefined) return ' '.repeat(width);
  const digits = number(count.count);
  return `${cell(printable(count.name), width - digits.length - 1, widthOf)} ${digits}`;
}

const NAMES: Readonly<Record<View['list'], string>> = {
  ...{ bans: 'Bans', jails: 'Jails', addresses: 'Addresses', networks: 'Networks', users: 'Users', events: 'Events' },
};

function listLines(view: View, listing: Listing, page: number, size: Size, style: Style, now: Now): readonly Line[] {
  const namesOf = (isShort: boolean) =>
    LISTS.map((list, index) => {
      if (list === view.list) return `[${index + 1} ${NAMES[list]}]`;
      return isShort ? String(index + 1) : `${index + 1} ${NAMES[list]}`;
    }).join(' ');
  const filter = view.filter === '' ? '' : `  with ${JSON.stringify(view.filter)}`;
  const order = `  by ${listing.order}${view.isReversed ? ', reversed' : ''}`;
  const texts = [false, true].map((isShort) => printable(`${namesOf(isShort)}${filter}${order}`));
  const tabs: Line = { text: firstFitting(texts, size.columns, style.widthOf), paint: 'bold' };
  const chosen = chosenIndex(view, listing);
  const from = Math.floor(Math.max(0, chosen) / page) * page;
  if (listing.length === 0) {
    const none = view.filter === '' ? 'Nothing to show.' : 'Nothing with this text; Escape shows all.';
    return [tabs, { text: none }, ...Array.from({ length: page }, (): Line => ({ text: '' }))];
  }
  const plain = { ...style, ...uncoloured, columns: size.columns - 2 };
  const [heading = '', ...rows] = listing.lines(from, page, plain, now);
  const shown = Array.from({ length: page }, (_, index): Line => {
    const text = rows[index];
    if (text === undefined) return { text: '' };
    return from + index === chosen ? { text: `> ${text}`, paint: 'inverse' } : { text: `  ${text}` };
  });
  return [tabs, { text: `  ${heading}`, paint: 'dim' }, ...shown];
}

function eventLines(events: readonly RecentEvent[], rows: number, { zone }: Now): readonly Line[] {
  if (rows === 0) return [];
  const shown = Array.from({ length: rows }, (_, index): Line => {
    const event = events[index];
    if (event === undefined) return { text: '' };
    const text = `${stamp(event.at, zone).slice(-8)} ${printable(event.message)}`;
    if (event.level <= 3) return { text, paint: 'red' };
    return event.level === 4 ? { text, paint: 'yellow' } : { text };
  });
  return [{ text: 'LATEST EVENTS', paint: 'bold' }, ...shown];
}

/** Those that one may guess are left out first. */
const KEYS: readonly Part[] = [
  { text: 'q quit' },
  { text: 'Tab list' },
  { text: 'Enter why', dropped: 5 },
  { text: 'u unban', dropped: 4 },
  { text: 's sort', dropped: 2 },
  { text: 'r reverse', dropped: 1 },
  { text: '/ filter', dropped: 3 },
  { text: '? help' },
];

function lastLine({ mode, notice }: View, { bans }: Figures, { columns }: Size, { widthOf }: Style): Line {
  switch (mode.kind) {
    case 'typing':
      return { text: `Only with: ${printable(mode.text)}_   Enter, Escape`, paint: 'bold' };
    case 'asking': {
      const { address } = mode;
      const count = bans.filter(({ ban }) => overlaps(address, ban.address)).length;
      return { text: `Lift ${counted(count, 'ban')} of ${address.text}? y, n`, paint: 'bold' };
    }
    default:
      return notice === ''
        ? { text: fitted(KEYS, columns, widthOf), paint: 'dim' }
        : { text: printable(notice), paint: 'yellow' };
  }
}
