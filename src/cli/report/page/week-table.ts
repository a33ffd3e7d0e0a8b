/** Bans by day of the week and hour: a table whose fields are the darker the more there were. */
import { counted, number } from '../../../text/counted.js';
import type { Figures } from '../figures.js';

/** As the figures have them. */
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
/** As people in most places write a week. */
const ORDER = [1, 2, 3, 4, 5, 6, 0];
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const LEVELS = 5;

export function weekTable({ week }: Figures): string {
  const highest = Math.max(0, ...week.flat());
  if (highest === 0) return '';
  const heads = HOURS.map((hour) => `<th scope="col"${hour % 6 === 0 ? ' class="main"' : ''}>${hour}</th>`);
  const rows = ORDER.map((day) => {
    const name = DAYS[day] ?? '';
    const fields = HOURS.map((hour) => field(week[day]?.[hour] ?? 0, highest, `${name} ${hour}:00`));
    return `<tr><th scope="row" title="${name}">${name.slice(0, 3)}</th>${fields.join('')}</tr>`;
  });
  const levels = Array.from({ length: LEVELS + 1 }, (_, level) => `<i class="l${level}"></i>`);
  return `<section><h2>Hours of the week</h2>
<table class="week"><caption>Bans by the day and the hour in which they began.</caption>
<thead><tr><td></td>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>
<p class="scale"><span>none</span>${levels.join('')}<span>${counted(highest, 'ban')}</span></p></section>`;
}

/** Empty where there was none. */
function field(count: number, highest: number, when: string): string {
  const level = Math.ceil((LEVELS * count) / highest);
  const text = count === 0 ? '' : number(count);
  return `<td class="l${level}" title="${when}: ${counted(count, 'ban')}">${text}</td>`;
}
