/** What is in the state file, for people. */
import { printable } from '../../core/printable.js';
import type { StateCounts, StateReport } from '../../ports/state-report.js';
import { counted } from '../../text/counted.js';
import { instant } from '../../text/instant.js';
import type { Style } from './style.js';
import type { Now } from './times.js';

/** `3 failures, 2 offenders, 1 ban, 0 allowances`. */
export function countsText({ failures, offenders, bans, allowances }: StateCounts): string {
  const counts = { failure: failures, offender: offenders, ban: bans, allowance: allowances };
  return Object.entries(counts)
    .map(([noun, count]) => counted(count, noun))
    .join(', ');
}

/** `1.4 MB`, as df -H counts. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return `${Number((bytes / 1000 ** step).toFixed(1))} ${units[step]}`;
}

export function reportLines(report: StateReport, style: Style, { zone }: Now): readonly string[] {
  const { path, size, schema, position, counts, damage } = report;
  const read = position === undefined ? 'not read yet' : `read up to ${instant(position.receivedAt, zone)}`;
  const verdict = damage.length === 0 ? style.green('good') : style.red('damaged');
  return [
    `   State: ${printable(path)}, ${sizeText(size)}, schema ${schema}`,
    ` Journal: ${read}`,
    `   Holds: ${countsText(counts)}`,
    `   Check: ${verdict}`,
    ...damage.map((line) => `          ${printable(line)}`),
  ];
}
