/** Charts of counts over the time of a report, side by side with the same figures as a table. */
import { counted, number } from '../../../text/counted.js';
import { htmlText } from '../../../text/html.js';
import { stamp } from '../../../text/instant.js';
import type { Zone } from '../../../text/zone.js';
import type { Figures, Slice } from '../figures.js';
import { axisEnd, timeMarks } from './scale.js';

interface Chart {
  readonly title: string;
  readonly kind: 'bar' | 'ban';
  /** What is counted, in the singular. */
  readonly what: string;
  readonly countOf: (slice: Slice) => number;
}

const CHARTS: readonly Chart[] = [
  { title: 'Bans', kind: 'ban', what: 'ban', countOf: ({ bans }) => bans },
  { title: 'Failures', kind: 'bar', what: 'failure', countOf: ({ failures }) => failures },
];

export function overTime(figures: Figures, zone: Zone): string {
  const charts = CHARTS.map((chart) => chartOf(chart, figures, zone));
  return `<section><h2>Over time</h2>${charts.join('')}${sliceTable(figures, zone)}</section>`;
}

/** `May 01 12:00` */
const minute = (at: number, zone: Zone) => htmlText(stamp(at, zone).slice(0, 12));

function chartOf({ title, kind, what, countOf }: Chart, { slices, since, until }: Figures, zone: Zone): string {
  const counts = slices.map(countOf);
  const highest = Math.max(0, ...counts);
  const end = axisEnd(highest);
  const width = 100 / Math.max(1, slices.length);
  const bars = slices.flatMap((slice, index) => {
    const count = countOf(slice);
    if (count === 0) return [];
    const height = Math.max(1, (100 * count) / end);
    const next = slices[index + 1]?.at ?? until;
    const place = `x="${percent((index + 0.06) * width)}" y="${percent(100 - height)}"`;
    const size = `width="${percent(0.88 * width)}" height="${percent(height)}"`;
    const label = `${minute(slice.at, zone)} to ${minute(next, zone)}: ${counted(count, what)}`;
    return `<rect class="${kind}" ${place} ${size}><title>${label}</title></rect>`;
  });
  const lines = [0, 50, 100].map((y) => `<line x1="0" x2="100%" y1="${y}%" y2="${y}%"/>`);
  const summary = `${title} over time, as bars: at most ${number(highest)} in one of ${slices.length} equal parts`;
  return `<figure><h3>${title}</h3><div class="plot">
<div class="counts" aria-hidden="true"><span>${number(end)}</span><span>${number(end / 2)}</span><span>0</span></div>
<svg class="bars" role="img" aria-label="${summary}">${lines.join('')}${bars.join('')}</svg>
<svg class="times" aria-hidden="true">${marks(since, until, zone)}</svg></div></figure>
`;
}

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}

/** Those at the edges lie within the chart. */
function marks(since: number, until: number, zone: Zone): string {
  const texts = timeMarks(since, until, zone).map(({ at, text }, index) => {
    const anchor = at < 4 ? 'start' : at > 96 ? 'end' : 'middle';
    const rank = index % 2 === 0 ? 'major' : 'minor';
    return `<text class="${rank}" x="${percent(at)}" y="1rem" text-anchor="${anchor}">${htmlText(text)}</text>`;
  });
  return texts.join('');
}

function sliceTable({ slices }: Figures, zone: Zone): string {
  const rows = slices.map(
    ({ at, bans, failures }) =>
      `<tr><th scope="row">${minute(at, zone)}</th><td class="n">${number(bans)}</td><td class="n">${number(failures)}</td></tr>`,
  );
  return `<details><summary>The same as a table</summary>
<table><thead><tr><th scope="col">From</th><th scope="col" class="n">Bans</th><th scope="col" class="n">Failures</th></tr></thead>
<tbody>${rows.join('')}</tbody></table></details>`;
}
