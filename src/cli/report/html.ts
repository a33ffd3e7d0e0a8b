/**
 * A report as one HTML file, with charts as SVG. Invariant: nothing in it runs or comes from elsewhere, and no name from
 * the journal is anything but text: names are never in attributes.
 */
import { counted, number } from '../../text/counted.js';
import { htmlText } from '../../text/html.js';
import { instant, stamp } from '../../text/instant.js';
import type { Zone } from '../../text/zone.js';
import type { Figures, Slice } from './figures.js';
import type { Count } from './tops.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --faint: #5a6675; --page: #fff; --line: #d5dbe3; --bar: #1f6fb2; --ban: #b3261e }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --faint: #9aa7b6; --page: #14181e; --line: #333c48; --bar: #6bb1ee; --ban: #ff8a80 }
}
@media print { :root { --ink: #000; --faint: #444; --page: #fff; --line: #bbb; --bar: #1f6fb2; --ban: #b3261e } section { break-inside: avoid } }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
p { color: var(--faint) }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; color: var(--faint) }
th, td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
.n { text-align: right; font-variant-numeric: tabular-nums }
svg { width: 100%; height: auto } meter { width: 8rem }
.bar { fill: var(--bar) } .ban { fill: var(--ban) } svg text { fill: var(--faint); font-size: 11px }
`;

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const WIDTH = 720;
const HEIGHT = 120;

export function reportHtml(figures: Figures, zone: Zone): string {
  const { since, until, failures, bans, unbans, addresses, jail } = figures;
  const title = `f2b: ${instant(since, zone)} to ${instant(until, zone)}`;
  const of = jail === undefined ? '' : ` of ${htmlText(jail)}`;
  const sum = `${counted(failures, 'failure')} and ${counted(bans, 'ban')}${of}, of ${counted(addresses, 'address')}; ${counted(unbans, 'unban')}.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${htmlText(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${htmlText(title)}</h1>
<p>${sum}</p>
${overTime('Bans over time', 'ban', ({ bans: count }) => count, figures, zone)}
${overTime('Failures over time', 'bar', ({ failures: count }) => count, figures, zone)}
${jailsTable(figures)}
${ranking('User names that were tried', 'User name', 'Failures', figures.users)}
${ranking('Networks', 'Network', 'Bans', figures.networks)}
${ranking('Countries', 'Country', 'Bans', figures.countries ?? [])}
${ranking('Network owners', 'Network owner', 'Bans', figures.owners ?? [])}
${ranking('Banned most often', 'Address', 'Bans', figures.mostBanned)}
${weekChart(figures.week)}
</main>
</body>
</html>
`;
}

function overTime(
  title: string,
  kind: 'bar' | 'ban',
  countOf: (slice: Slice) => number,
  { slices }: Figures,
  zone: Zone,
): string {
  const highest = Math.max(1, ...slices.map(countOf));
  const width = WIDTH / Math.max(1, slices.length);
  const bars = slices.map((slice, index) => {
    const height = (countOf(slice) / highest) * HEIGHT;
    const place = `x="${(index * width).toFixed(1)}" y="${(HEIGHT - height).toFixed(1)}"`;
    const size = `width="${(width - 1).toFixed(1)}" height="${height.toFixed(1)}"`;
    const label = `${stamp(slice.at, zone)}: ${number(countOf(slice))}`;
    return `<rect class="${kind}" ${place} ${size}><title>${htmlText(label)}</title></rect>`;
  });
  return `<section><h2>${title}</h2>
<p>At most ${number(highest)} in one of ${number(slices.length)} equal parts of the time.</p>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}, as bars">${bars.join('')}</svg></section>`;
}

function jailsTable({ jails }: Figures): string {
  const rows = jails.map(
    ({ jail, failures, bans }) =>
      `<tr><th scope="row">${htmlText(jail)}</th><td class="n">${number(failures)}</td><td class="n">${number(bans)}</td></tr>`,
  );
  return `<section><h2>Jails</h2>
<table><thead><tr><th scope="col">Jail</th><th scope="col" class="n">Failures</th><th scope="col" class="n">Bans</th></tr></thead>
<tbody>${rows.join('')}</tbody></table></section>`;
}

function ranking(title: string, what: string, counts: string, rows: readonly Count[]): string {
  if (rows.length === 0) return '';
  const highest = Math.max(...rows.map(({ count }) => count));
  const lines = rows.map(
    ({ name, count }) =>
      `<tr><th scope="row">${htmlText(name)}</th><td class="n">${number(count)}</td><td><meter min="0" max="${highest}" value="${count}">${number(count)}</meter></td></tr>`,
  );
  return `<section><h2>${title}</h2>
<table><thead><tr><th scope="col">${what}</th><th scope="col" class="n">${counts}</th><th scope="col">Share</th></tr></thead>
<tbody>${lines.join('')}</tbody></table></section>`;
}

/** How dark a field is says how many bans began in that hour. */
function weekChart(week: Figures['week']): string {
  const highest = Math.max(1, ...week.flat());
  const fields = week.flatMap((hours, day) =>
    hours.map((count, hour) => {
      const place = `x="${90 + hour * 26}" y="${day * 22}" width="24" height="20"`;
      const label = `${DAYS[day]} ${hour}:00: ${counted(count, 'ban')}`;
      return `<rect class="ban" ${place} fill-opacity="${(0.06 + (0.94 * count) / highest).toFixed(2)}"><title>${label}</title></rect>`;
    }),
  );
  const names = DAYS.map((day, index) => `<text x="0" y="${index * 22 + 14}">${day}</text>`);
  const hours = [0, 6, 12, 18].map((hour) => `<text x="${90 + hour * 26}" y="170">${hour}:00</text>`);
  return `<section><h2>Hours of the week</h2>
<svg viewBox="0 0 ${WIDTH} 176" role="img" aria-label="Bans by day of the week and hour">${[...names, ...fields, ...hours].join('')}</svg></section>`;
}
