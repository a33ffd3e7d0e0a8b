/** Bans for people: a table, or a sentence for one. */

import type { BanView } from '../../agent/explanation.js';
import type { Address } from '../../core/address/address.js';
import type { Ban, ReplacedBan } from '../../core/ban.js';
import { clientPrefix } from '../../core/prefixes/client-prefix.js';
import { printable } from '../../core/printable.js';
import { counted, number } from '../../text/counted.js';
import { instant } from '../../text/instant.js';
import { type Locate, nowhere } from '../geoip.js';
import { placeColumns } from './place-columns.js';
import type { Style } from './style.js';
import { type Column, formatTable } from './table.js';
import { leftText, type Now, untilText } from './times.js';

/** What one host may have to itself, as jails take it unless IPv6Prefix= says otherwise. */
const OF_A_HOST = { ipv4: 32, ipv6: 64 };

export function banColumns({ now, zone }: Now, locate: Locate): readonly Column<BanView>[] {
  return [
    { heading: 'ADDRESS', text: ({ ban }) => ban.address.text },
    { heading: 'JAIL', text: ({ ban }) => ban.jail },
    {
      heading: 'STATE',
      dropped: 7,
      text: ({ state }) => state,
      paint: ({ state }, style) => (state === 'pending' ? style.yellow : style.green),
    },
    { heading: 'SINCE', dropped: 3, text: ({ ban }) => instant(ban.since, zone) },
    { heading: 'UNTIL', dropped: 4, text: ({ ban }) => instant(ban.until, zone) },
    { heading: 'LEFT', dropped: 8, align: 'right', text: ({ ban }) => leftText(ban.until, now) },
    { heading: 'BANS', dropped: 6, align: 'right', text: ({ ban }) => String(ban.count) },
    ...(locate === nowhere ? [] : placeColumns<BanView>(({ ban }) => locate(ban.address))),
    { heading: 'REASON', dropped: 5, text: ({ ban }) => ban.reason ?? '' },
  ];
}

export function banLines(
  views: readonly BanView[],
  style: Style,
  now: Now,
  locate: Locate = nowhere,
): readonly string[] {
  const below = bansBelow(views.length);
  return views.length === 0 ? below : [...formatTable(views, banColumns(now, locate), style), ...below];
}

/** What is said below a table of so many bans, of `all` that were chosen from, or instead of it. */
export function bansBelow(count: number, all = count): readonly string[] {
  if (all === 0) return ['No bans.'];
  const below = count === all ? counted(count, 'ban') : `${number(count)} of ${counted(all, 'ban')}`;
  return count === 0 ? [`${below}.`] : ['', `${below}.`];
}

/** `192.0.2.1 is banned by ssh.service until …`, and whether that holds already. */
export function banSentence({ ban, state, replaced }: BanView, style: Style, now: Now): string {
  const reason = ban.reason === undefined ? '' : `: ${printable(ban.reason)}`;
  const pending = state === 'pending' ? style.yellow(' The firewall has not confirmed it yet.') : '';
  const address = style.bold(ban.address.text);
  const instead = replaced === undefined ? '' : insteadOf(ban, replaced, style, now);
  const rest = `${widthText(ban.address)}${instead}${pending}`;
  return `${address} is banned by ${printable(ban.jail)} ${untilText(ban.until, now)}${reason}.${rest}`;
}

/** That a host has more addresses than the ban is of; empty where it has not. */
function widthText(address: Address): string {
  const host = clientPrefix(address, OF_A_HOST);
  return host.length === address.length ? '' : ` No more than that: one host may have all of ${host.text}.`;
}

/** What of the ban before it is lost. */
function insteadOf(ban: Ban, { until, reason }: ReplacedBan, style: Style, now: Now): string {
  const shorter = ban.until < until ? ` It was banned ${untilText(until, now)}.` : '';
  const lost = reason === undefined || reason === ban.reason ? '' : ` The reason was: ${printable(reason)}.`;
  return style.yellow(`${shorter}${lost}`);
}

/** What is said of a ban that was lifted. */
export function unbanSentence({ address, jail }: Ban, style: Style): string {
  return `${style.bold(address.text)} is no longer banned by ${printable(jail)}.`;
}

/** A ban as one flat object for programs: the same wherever bans are printed, see f2bctl(1). */
export function banRecord({ ban, ...view }: BanView, locate: Locate = nowhere): object {
  return { ...ban, ...view, ...locate(ban.address) };
}

/** The same of one that was lifted. */
export function liftedRecord(ban: Ban): object {
  return { ...ban, state: 'lifted' };
}
