/** What people read: numbers, hits for each regex, addresses that stand out, and lines that nothing matched. */
import type { Filter } from '../../filter/load-filter.js';
import type { Rule } from '../../filter/rule.js';
import { counted, number } from '../../text/counted.js';
import type { Style } from '../print/style.js';
import { excerpt } from './excerpt.js';
import type { Statistics } from './statistics.js';

const MAX_ADDRESSES = 10;

export function shortReport(filter: Filter, statistics: Statistics, seconds: number, style: Style): string {
  const { entries, failures, ignored, harmless, slow, undated, missed, samples } = statistics;
  const rate = seconds > 0 ? Math.round(entries / seconds) : 0;
  const unmatched = missed - harmless - slow;
  const numbers = [
    `${style.bold(counted(entries, 'line'))} in ${seconds.toFixed(2)} s (${number(rate)}/s)`,
    `  ${style.red(pad(failures))}  failures`,
    `  ${pad(ignored)}  ignored`,
    `  ${pad(harmless)}  known, but no failure in themselves`,
    `  ${pad(unmatched)}  not matched`,
    ...(slow > 0 ? [`  ${style.red(pad(slow))}  passed over, they took too long`] : []),
    ...(undated > 0 ? [`  ${pad(undated)}  without a date; see datepattern in f2b.filter(5)`] : []),
  ];
  const parts = [numbers, rulesOf(filter, statistics, style)];
  if (statistics.addresses.size > 0) parts.push(addressesOf(statistics, style));
  if (samples.length > 0) {
    const more = unmatched - samples.length;
    const lines = samples.map((text) => `  ${excerpt(text, 200)}`);
    parts.push([style.bold('not matched:'), ...lines, ...(more > 0 ? [`  … and ${number(more)} more`] : [])]);
  }
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function rulesOf(filter: Filter, statistics: Statistics, style: Style): string[] {
  const shown = (rule: Rule) => {
    const hits = statistics.hitsOf(rule);
    const line = `  ${pad(hits)}  ${rule.kind}:${rule.line}  ${excerpt(rule.written, 120)}`;
    return hits > 0 ? line : style.dim(line);
  };
  const rules = [...filter.failregex, ...filter.ignoreregex];
  const known = rules.filter((rule) => statistics.hitsOf(rule) > 0);
  const idle = rules.length - known.length;
  const idleNote = idle > 0 ? [style.dim(`  ${idle} other regexes matched nothing`)] : [];
  return [style.bold('hits:'), ...known.map(shown), ...idleNote];
}

function addressesOf({ addresses }: Statistics, style: Style): string[] {
  const ranked = [...addresses].toSorted(([, a], [, b]) => b - a).slice(0, MAX_ADDRESSES);
  const lines = ranked.map(([id, failures]) => `  ${pad(failures)}  ${excerpt(id, 100)}`);
  const more = addresses.size - ranked.length;
  return [style.bold('who:'), ...lines, ...(more > 0 ? [`  … and ${number(more)} more`] : [])];
}

function pad(value: number): string {
  return number(value).padStart(9);
}
