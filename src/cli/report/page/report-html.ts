/**
 * A report as one HTML file, with charts as SVG. Invariant: nothing in it runs or comes from elsewhere, and no name from
 * the journal is anything but text: names are never in attributes.
 */
import { number } from '../../../text/counted.js';
import { htmlText } from '../../../text/html.js';
import { instant } from '../../../text/instant.js';
import type { Zone } from '../../../text/zone.js';
import type { Figures } from '../figures.js';
import { overTime } from './bars-over-time.js';
import { jailsTable, nameText, rankings } from './rankings.js';
import { STYLE } from './style.js';
import { weekTable } from './week-table.js';

export function reportHtml(figures: Figures, zone: Zone): string {
  const { since, until, jail, hosts } = figures;
  const range = `${instant(since, zone)} to ${instant(until, zone)}`;
  const place = hosts.length === 0 ? '' : ` on ${hosts.map(nameText).join(', ')}`;
  const title = `Report of f2b${place}${jail === undefined ? '' : `: ${nameText(jail)}`}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}, ${htmlText(range)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${htmlText(range)}</p>
${sums(figures)}
${contents(figures, zone)}
</main>
</body>
</html>
`;
}

function sums({ failures, bans, unbans, addresses }: Figures): string {
  const all = Object.entries({ Bans: bans, 'Banned addresses': addresses, Unbans: unbans, Failures: failures });
  const boxes = all.map(([name, count]) => `<div><dt>${name}</dt><dd>${number(count)}</dd></div>`);
  return `<dl class="sums">${boxes.join('')}</dl>`;
}

function contents(figures: Figures, zone: Zone): string {
  if (figures.failures + figures.bans === 0) return '<p class="empty">No failure and no ban in this time.</p>';
  return [overTime(figures, zone), weekTable(figures), jailsTable(figures), rankings(figures)].join('\n');
}
