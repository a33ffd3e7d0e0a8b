/** Allowances for people: a table, or a sentence for one. */

import { printable } from '../../core/printable.js';
import type { Allowance } from '../../ports/store.js';
import { instant } from '../../text/instant.js';
import type { Zone } from '../../text/zone.js';
import type { Style } from './style.js';
import { type Column, formatTable } from './table.js';
import { type Now, untilText } from './times.js';

/** Newest last, as in the list of bans. */
function byTime(one: Allowance, other: Allowance): number {
  return one.since - other.since;
}

function columns(zone: Zone): readonly Column<Allowance>[] {
  return [
    { heading: 'ADDRESS', text: ({ address }) => address.text },
    { heading: 'SINCE', dropped: 1, text: ({ since }) => instant(since, zone) },
    { heading: 'UNTIL', dropped: 3, text: ({ until }) => instant(until, zone) },
    { heading: 'REASON', dropped: 2, text: ({ reason }) => reason ?? '' },
  ];
}

export function allowanceLines(allowances: readonly Allowance[], style: Style, { zone }: Now): readonly string[] {
  return allowances.length === 0
    ? ['No address is allowed.']
    : formatTable(allowances.toSorted(byTime), columns(zone), style);
}

/** `192.0.2.1 is allowed until …: the office.` */
export function allowanceSentence(allowance: Omit<Allowance, 'since'>, style: Style, now: Now): string {
  const reason = allowance.reason === undefined ? '' : `: ${printable(allowance.reason)}`;
  return `${style.bold(allowance.address.text)} is allowed ${untilText(allowance.until, now)}${reason}.`;
}
