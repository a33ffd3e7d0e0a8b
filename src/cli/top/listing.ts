/** The list that was chosen, filtered and in order. Only the rows that are shown are written out. */
import type { BanView } from '../../agent/explanation.js';
import { type Address, overlaps, parseAddress } from '../../core/address/address.js';
import type { Located } from '../../geoip/geoip.js';
import { locatedText } from '../../geoip/located-text.js';
import { number } from '../../text/counted.js';
import { stamp } from '../../text/instant.js';
import { BAN_ORDERS, orderBy } from '../ban-orders.js';
import { type Locate, nowhere } from '../geoip.js';
import { placeColumns } from '../print/place-columns.js';
import type { Style } from '../print/style.js';
import { type Column, formatTable } from '../print/table.js';
import { leftText, type Now } from '../print/times.js';
import type { Count } from '../report/tops.js';
import type { JailActivity } from './activity.js';
import type { Figures } from './figures.js';
import type { RecentEvent } from './recent-event.js';
import type { ListName, View } from './view.js';

export interface Listing {
  readonly length: number;
  /** What the rows are ordered by. */
  readonly order: string;
  /** What a row is told by: of a jail, a network or a user name, that itself. */
  keyAt(index: number): string | undefined;
  /** -1 when there is no such row. */
  indexOf(key: string): number;
  /** The address or prefix that a row is about. */
  addressAt(index: number): Address | undefined;
  /** A heading and the rows from `from` on, as a table without colours. */
  lines(from: number, count: number, style: Style, now: Now): readonly string[];
}

/** How the rows of a kind are told apart, found, ordered and written. */
interface RowKind<T> {
  readonly key: (row: T) => string;
  readonly address: (row: T) => Address | undefined;
  /** What a filter looks into. */
  readonly texts: (row: T) => readonly string[];
  readonly orders: readonly (readonly [name: string, compare: (one: T, other: T) => number])[];
  readonly columns: (now: Now) => readonly Column<T>[];
}

const byName = (one: { readonly name: string }, other: { readonly name: string }) => (one.name < other.name ? -1 : 1);

const bans = (locate: Locate): RowKind<BanView> => ({
  key: ({ ban }) => `${ban.address.text} ${ban.jail}`,
  address: ({ ban }) => ban.address,
  texts: ({ ban, state }) => [ban.address.text, ban.jail, state, ban.reason ?? '', locatedText(locate(ban.address))],
  // The newest first.
  orders: [
    ['since', (one, other) => orderBy.since.compare(other, one)],
    ...BAN_ORDERS.filter((order) => order !== 'since').map((order) => [order, orderBy[order].compare] as const),
  ],
  columns: ({ now, zone }) => [
    { heading: 'ADDRESS', text: ({ ban }) => ban.address.text },
    { heading: 'JAIL', text: ({ ban }) => ban.jail },
    { heading: 'STATE', dropped: 4, text: ({ state }) => state },
    { heading: 'SINCE', dropped: 3, text: ({ ban }) => stamp(ban.since, zone) },
    { heading: 'LEFT', dropped: 7, align: 'right', text: ({ ban }) => leftText(ban.until, now) },
    { heading: 'BANS', dropped: 5, align: 'right', text: ({ ban }) => String(ban.count) },
    ...placeColumns<BanView>(({ ban }) => locate(ban.address)),
    { heading: 'REASON', dropped: 6, text: ({ ban }) => ban.reason ?? '' },
  ],
});

const jails: RowKind<JailActivity> = {
  key: ({ name }) => name,
  address: () => undefined,
  texts: ({ name }) => [name],
  orders: [
    ['failures', () => 0],
    ['banned', (one, other) => other.banned - one.banned],
    ['name', byName],
  ],
  columns: () => [
    { heading: 'JAIL', text: ({ name }) => name },
    { heading: 'LAST MIN', align: 'right', text: ({ lately }) => number(lately) },
    { heading: 'FAILING', dropped: 2, align: 'right', text: ({ failing }) => number(failing) },
    { heading: 'FAILURES', dropped: 1, align: 'right', text: ({ failures }) => number(failures) },
    { heading: 'BANNED', dropped: 4, align: 'right', text: ({ banned }) => number(banned) },
    { heading: 'BANS', dropped: 3, align: 'right', text: (jail) => number(jail.bans) },
  ],
};

function counts(heading: string, locate: Locate = nowhere): RowKind<Count> {
  const located = ({ name }: Count): Located => {
    const address = parseAddress(name);
    return address === undefined ? {} : locate(address);
  };
  return {
    key: ({ name }) => name,
    address: ({ name }) => parseAddress(name),
    texts: (count) => [count.name, locatedText(located(count))],
    orders: [
      ['failures', () => 0],
      ['name', byName],
    ],
    columns: () => [
      { heading, text: ({ name }) => name },
      { heading: 'FAILURES', align: 'right', text: ({ count }) => number(count) },
      ...placeColumns(located),
    ],
  };
}

const users: RowKind<Count> = { ...counts('USER NAME'), address: () => undefined };

const events: RowKind<RecentEvent> = {
  key: ({ at, message }) => `${at} ${message}`,
  address: ({ address }) => address,
  texts: ({ kind, jail, message, user }) => [kind, jail, message, user ?? ''],
  orders: [['time', () => 0]],
  columns: ({ zone }) => [
    { heading: 'TIME', text: ({ at }) => stamp(at, zone) },
    { heading: 'EVENT', text: ({ message }) => message },
  ],
};

export function listingOf(figures: Figures, view: View): Listing {
  const { busiest, locate } = figures;
  const listings: Readonly<Record<ListName, () => Listing>> = {
    bans: () => arranged(figures.bans, bans(locate), view),
    jails: () => arranged(figures.jails, jails, view),
    addresses: () => arranged(busiest.addresses, counts('ADDRESS', locate), view),
    networks: () => arranged(busiest.networks, counts('NETWORK', locate), view),
    users: () => arranged(busiest.users, users, view),
    events: () => arranged(figures.events, events, view),
  };
  return listings[view.list]();
}

function arranged<T>(all: readonly T[], kind: RowKind<T>, { filter, order, isReversed }: View): Listing {
  const wanted = filter === '' ? [...all] : all.filter(isWanted(kind, filter));
  const [name, compare] = kind.orders[order % kind.orders.length] ?? ['', () => 0];
  const rows = wanted.sort(compare);
  if (isReversed) rows.reverse();
  const at = <V>(index: number, of: (row: T) => V | undefined): V | undefined => {
    const row = rows[index];
    return row === undefined ? undefined : of(row);
  };
  return {
    length: rows.length,
    order: name,
    keyAt: (index) => at(index, kind.key),
    indexOf: (key) => rows.findIndex((row) => kind.key(row) === key),
    addressAt: (index) => at(index, kind.address),
    lines: (from, count, style, now) => formatTable(rows.slice(from, from + count), kind.columns(now), style),
  };
}

/** By a part of the text in any case, or, for an address or prefix, by what touches it. */
function isWanted<T>(kind: RowKind<T>, filter: string): (row: T) => boolean {
  const part = filter.toLowerCase();
  const around = parseAddress(filter);
  return (row) => {
    const address = around && kind.address(row);
    if (around !== undefined && address !== undefined && overlaps(around, address)) return true;
    return kind.texts(row).some((text) => text.toLowerCase().includes(part));
  };
}
