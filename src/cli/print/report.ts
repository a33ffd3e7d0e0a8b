/** A report for a terminal: sums, trends as sparklines, tables with bars. */

import { printable } from '../../core/printable.js';
import { counted, number } from '../../text/counted.js';
import { instant } from '../../text/instant.js';
import { type Figures, WITHOUT_USERS } from '../report/figures.js';
import type { Count } from '../report/tops.js';
import { sparkline } from './sparkline.js';
import type { Style } from './style.js';
import { type Column, formatTable } from './table.js';
import type { Now } from './times.js';

const BAR = 20;

/** At least one block for what is not nothing. */
function bar(count: number, highest: number): string {
  return '█'.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / Math.max(1, highest)) * BAR)));
}

/** What a trend is called takes so many columns. */
const NAME = 9;

function trend(name: string, counts: readonly number[], { columns }: Style): string {
  return name.padEnd(NAME) + sparkline(counts, columns === undefined ? counts.length : columns - NAME);
}

function trends({ failures, bans, slices }: Figures, style: Style): readonly string[] {
  if (bans + failures === 0) return [];
  const [ofFailures, ofBans] = [slices.map((slice) => slice.failures), slices.map((slice) => slice.bans)];
  return ['', trend('Failures', ofFailures, style), trend('Bans', ofBans, style)];
}

function ranking(heading: string, unit: string, rows: readonly Count[], style: Style): readonly string[] {
  if (rows.length === 0) return [];
  const highest = rows[0]?.count ?? 1;
  const columns: readonly Column<Count>[] = [
    { heading, text: ({ name }) => name },
    { heading: unit, align: 'right', text: ({ count }) => number(count) },
    { heading: '', dropped: 1, text: ({ count }) => bar(count, highest) },
  ];
  return ['', ...formatTable(rows, columns, style)];
}

export function reportLines(figures: Figures, style: Style, { zone }: Now): readonly string[] {
  const { since, until, jail, failures, bans, unbans, addresses, jails, users, networks, mostBanned } = figures;
  const of = jail === undefined ? '' : ` of ${printable(jail)}`;
  const most = Math.max(1, ...jails.map((one) => one.bans));
  const columns: readonly Column<(typeof jails)[number]>[] = [
    { heading: 'JAIL', text: (row) => row.jail },
    { heading: 'FAILURES', align: 'right', text: (row) => number(row.failures) },
    { heading: 'BANS', align: 'right', text: (row) => number(row.bans) },
    { heading: '', dropped: 1, text: (row) => bar(row.bans, most) },
  ];
  return [
    style.bold(`${instant(since, zone)} to ${instant(until, zone)}`),
    `${counted(failures, 'failure')} and ${counted(bans, 'ban')}${of}, of ${counted(addresses, 'address')}; ${counted(unbans, 'unban')}.`,
    ...trends(figures, style),
    ...(jails.length === 0 ? [] : ['', ...formatTable(jails, columns, style)]),
    ...ranking('USER NAME', 'FAILURES', users, style),
    ...(figures.areUsersTold ? [] : ['', WITHOUT_USERS]),
    ...ranking('NETWORK', 'BANS', networks, style),
    ...ranking('COUNTRY', 'BANS', figures.countries ?? [], style),
    ...ranking('NETWORK OWNER', 'BANS', figures.owners ?? [], style),
    ...ranking('ADDRESS', 'BANS', mostBanned, style),
  ];
}
