/** What a jail would have done, for people: its bans, or two settings side by side, address by address. */

import type { SimulatedBan, Simulation } from '../../agent/simulation.js';
import type { Address } from '../../core/address/address.js';
import { printable } from '../../core/printable.js';
import { counted, number } from '../../text/counted.js';
import { instant } from '../../text/instant.js';
import { length } from '../../text/length.js';
import type { Zone } from '../../text/zone.js';
import type { Style } from './style.js';
import { type Column, formatTable } from './table.js';
import type { Now } from './times.js';

/** Rows for people; programs get all. */
const MAX_ROWS = 100;

/** The same entries with the jail's own settings and with others. */
export interface Comparison {
  readonly settings: readonly string[];
  readonly current: Simulation;
  readonly changed: Simulation;
}

function journalText({ entries, first, last }: Simulation, zone: Zone): string {
  if (first === undefined || last === undefined) return 'no entries in this time';
  return `${counted(entries, 'entry')}, ${instant(first, zone)} to ${instant(last, zone)}`;
}

function shortened<T>(rows: readonly T[], columns: readonly Column<T>[], style: Style): readonly string[] {
  if (rows.length === 0) return [];
  const rest = rows.length - MAX_ROWS;
  const more = rest > 0 ? [style.dim(`… and ${number(rest)} more; --output=json prints all`)] : [];
  return [...formatTable(rows.slice(0, MAX_ROWS), columns, style), ...more, ''];
}

export function simulationLines(simulation: Simulation, style: Style, { zone }: Now): readonly string[] {
  const { jail, bans, failures, spared } = simulation;
  const columns: readonly Column<SimulatedBan>[] = [
    { heading: 'ADDRESS', text: ({ address }) => address.text },
    { heading: 'BANNED', dropped: 4, text: ({ since }) => instant(since, zone) },
    { heading: 'FOR', dropped: 3, align: 'right', text: ({ since, until }) => length(until - since) },
    { heading: 'FAILURES', dropped: 1, align: 'right', text: (ban) => String(ban.failures) },
    { heading: 'BANS', dropped: 2, align: 'right', text: ({ count }) => String(count) },
  ];
  const addresses = new Set(bans.map(({ address }) => address.text)).size;
  const total = bans.length === 0 ? 'No bans' : `${counted(bans.length, 'ban')} of ${counted(addresses, 'address')}`;
  return [
    `${style.bold(printable(jail))}: ${journalText(simulation, zone)}`,
    '',
    ...shortened(bans, columns, style),
    `${total}; ${counted(failures, 'failure')} counted, ${number(spared)} spared.`,
  ];
}

/** The bans of one address in one run. */
interface Sum {
  readonly first: number;
  readonly bans: number;
  /** How long they last together, µs. */
  readonly duration: number;
}

interface Row {
  readonly address: Address;
  readonly current: Sum | undefined;
  readonly changed: Sum | undefined;
}

function sums(bans: readonly SimulatedBan[]): ReadonlyMap<string, Sum & { readonly address: Address }> {
  const byAddress = new Map<string, Sum & { readonly address: Address }>();
  for (const { address, since, until } of bans) {
    const sum = byAddress.get(address.text) ?? { address, first: since, bans: 0, duration: 0 };
    byAddress.set(address.text, { ...sum, bans: sum.bans + 1, duration: sum.duration + (until - since) });
  }
  return byAddress;
}

/** A row for each address; first those that only one of the two bans, then in the order of time. */
function rowsOf({ current, changed }: Comparison): readonly Row[] {
  const [before, after] = [sums(current.bans), sums(changed.bans)];
  const rows = [...new Map([...before, ...after])].map(([text, { address }]) => ({
    address,
    current: before.get(text),
    changed: after.get(text),
  }));
  const inBoth = (row: Row) => Number(row.current !== undefined && row.changed !== undefined);
  const start = (row: Row) => Math.min(row.current?.first ?? Infinity, row.changed?.first ?? Infinity);
  return rows.sort((one, other) => inBoth(one) - inBoth(other) || start(one) - start(other));
}

/** Two times and what belongs to them stand beside each other in so many columns, below it the numbers of bans. */
const ROOM_FOR_TIMES = 92;

function sideColumns(
  heading: string,
  side: (row: Row) => Sum | undefined,
  { columns = Number.POSITIVE_INFINITY }: Style,
  zone: Zone,
): readonly Column<Row>[] {
  const text = (show: (sum: Sum) => string) => (row: Row) => {
    const sum = side(row);
    return sum === undefined ? '-' : show(sum);
  };
  if (columns < ROOM_FOR_TIMES) return [{ heading, align: 'right', text: text(({ bans }) => number(bans)) }];
  return [
    { heading, text: text(({ first }) => instant(first, zone)) },
    { heading: 'BANS', dropped: 2, align: 'right', text: text(({ bans }) => String(bans)) },
    { heading: 'FOR', dropped: 1, align: 'right', text: text(({ duration }) => length(duration)) },
  ];
}

export function comparisonLines(comparison: Comparison, style: Style, { zone }: Now): readonly string[] {
  const { settings, current, changed } = comparison;
  const rows = rowsOf(comparison);
  const columns: readonly Column<Row>[] = [
    { heading: 'ADDRESS', text: ({ address }) => address.text },
    ...sideColumns('CURRENT', (row) => row.current, style, zone),
    ...sideColumns('CHANGED', (row) => row.changed, style, zone),
  ];
  const only = (side: 'current' | 'changed') =>
    rows.filter((row) => row[side] !== undefined && (row.current === undefined || row.changed === undefined)).length;
  return [
    `${style.bold(printable(current.jail))}: ${journalText(current, zone)}`,
    `Changed: ${settings.map(printable).join(' ')}`,
    '',
    ...shortened(rows, columns, style),
    ...totalLines(comparison, rows, style),
    '',
    `Banned only with the changed settings: ${counted(only('changed'), 'address')}; only with the current ones: ${number(only('current'))}.`,
    ...(changed.entries === current.entries ? [] : [`With the changed settings, ${journalText(changed, zone)}.`]),
  ];
}

function totalLines({ current, changed }: Comparison, rows: readonly Row[], style: Style): readonly string[] {
  const totals = [
    { name: 'Bans', of: ({ bans }: Simulation) => bans.length },
    { name: 'Failures counted', of: ({ failures }: Simulation) => failures },
    { name: 'Failures spared', of: ({ spared }: Simulation) => spared },
  ].map(({ name, of }) => ({ name, current: of(current), changed: of(changed) }));
  const addresses = {
    name: 'Addresses',
    current: rows.filter((row) => row.current !== undefined).length,
    changed: rows.filter((row) => row.changed !== undefined).length,
  };
  const columns: readonly Column<typeof addresses>[] = [
    { heading: 'TOTAL', text: ({ name }) => name },
    { heading: 'CURRENT', align: 'right', text: (row) => number(row.current) },
    { heading: 'CHANGED', align: 'right', text: (row) => number(row.changed) },
  ];
  return formatTable([...totals.slice(0, 1), addresses, ...totals.slice(1)], columns, style);
}
