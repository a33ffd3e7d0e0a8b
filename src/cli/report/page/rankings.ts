/** Who and what it was most often: tables with a bar in each row. */
import { printable } from '../../../core/printable.js';
import { number } from '../../../text/counted.js';
import { htmlText } from '../../../text/html.js';
import { FIRST, type Figures, WITHOUT_USERS } from '../figures.js';
import type { Count } from '../tops.js';

export function jailsTable({ jails }: Figures): string {
  const most = Math.max(1, ...jails.map(({ bans }) => bans));
  const rows = jails.map(
    ({ jail, failures, bans }) =>
      `<tr><th scope="row">${nameText(jail)}</th><td class="n">${number(failures)}</td><td class="n">${number(bans)}</td>${part(bans, most, 'ban')}</tr>`,
  );
  return `<section><h2>Jails</h2>
<table class="jails"><thead><tr><th scope="col">Jail</th><th scope="col" class="n">Failures</th><th scope="col" class="n">Bans</th><td class="part"></td></tr></thead>
<tbody>${rows.join('')}</tbody></table></section>`;
}

/** All but what nothing is known of. */
export function rankings({ users, networks, countries = [], owners = [], mostBanned, areUsersTold }: Figures): string {
  const sections = [
    ranking('User names that were tried', 'User name', 'Failures', users),
    ranking('Addresses', 'Address', 'Bans', mostBanned),
    ranking('Networks', 'Network', 'Bans', networks),
    ranking('Countries', 'Country', 'Bans', countries),
    ranking('Network owners', 'Network owner', 'Bans', owners),
  ];
  const hint = areUsersTold ? '' : `<p>${WITHOUT_USERS}</p>`;
  return `<div class="rankings">${sections.join('')}</div>${hint}`;
}

/** Characters of a name that are shown; attackers choose longer ones. */
const LONGEST_NAME = 100;

export function nameText(name: string): string {
  const shown = [...printable(name)];
  return htmlText(shown.length > LONGEST_NAME ? `${shown.slice(0, LONGEST_NAME).join('')}…` : shown.join(''));
}

function ranking(title: string, what: string, counts: 'Bans' | 'Failures', rows: readonly Count[]): string {
  if (rows.length === 0) return '';
  const highest = Math.max(...rows.map(({ count }) => count));
  const kind = counts === 'Bans' ? 'ban' : 'bar';
  const lines = rows.map(
    ({ name, count }) =>
      `<tr><th scope="row">${nameText(name)}</th><td class="n">${number(count)}</td>${part(count, highest, kind)}</tr>`,
  );
  const caption = rows.length < FIRST ? '' : `<caption>The ${FIRST} with most ${counts.toLowerCase()}.</caption>`;
  return `<section><h2>${title}</h2>
<table>${caption}<thead><tr><th scope="col">${what}</th><th scope="col" class="n">${counts}</th><td class="part"></td></tr></thead>
<tbody>${lines.join('')}</tbody></table></section>`;
}

/** A bar; the number stands beside it. */
function part(count: number, highest: number, kind: 'bar' | 'ban'): string {
  const width = count === 0 ? 0 : Math.max(1, (100 * count) / highest);
  return `<td class="part"><svg aria-hidden="true"><rect class="${kind}" width="${width.toFixed(1)}%" height="100%"/></svg></td>`;
}
