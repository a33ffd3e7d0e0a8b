/** What an import tells people: for each jail and setting what becomes of it. */

import { printable } from '../core/printable.js';
import { formatProblem, type Problem } from '../core/problem.js';
import { counted } from '../text/counted.js';
import type { Finding } from './finding.js';
import type { Imported } from './import.js';

/** The longest value that is shown whole. */
const MAX_VALUE = 60;

export function reportLines(
  { jails, defaults, server, off, missing }: Imported,
  problems: readonly Problem[],
): readonly string[] {
  return [
    ...problems.map(formatProblem),
    ...(defaults.length === 0 ? [] : ['[DEFAULT]', ...defaults.map(findingLine)]),
    ...(server.length === 0 ? [] : ['fail2ban itself', ...server.map(findingLine)]),
    ...jails.flatMap(({ from, name, findings, files }) => [
      files.length === 0
        ? `[${printable(from)}]: nothing of it is written`
        : `[${printable(from)}] -> ${printable(name)}`,
      ...findings.map(findingLine),
    ]),
    ...offLines(off),
    ...missing.map((name) => `[${printable(name)}] is no jail of fail2ban's: correct the name behind --only`),
    summary([...defaults, ...server, ...jails.flatMap(({ findings }) => findings)]),
  ];
}

function offLines(off: Imported['off']): readonly string[] {
  const rest = off.filter(({ onHere }) => onHere === undefined).map(({ name }) => printable(name));
  return [
    ...off.flatMap(({ name, onHere }) =>
      onHere === undefined
        ? []
        : [
            `[${printable(name)}] is switched off in fail2ban, but guards here: f2bctl disable ${onHere} switches it off`,
          ],
    ),
    ...(rest.length === 0 ? [] : [`Switched off in fail2ban, nothing is carried over: ${rest.join(', ')}`]),
  ];
}

function findingLine({ option, value, outcome, note, place }: Finding): string {
  const short = value.replaceAll(/\s+/g, ' ').trim();
  const shown = short.length > MAX_VALUE ? `${short.slice(0, MAX_VALUE)}…` : short;
  return `  ${printable(`${option} = ${shown}`)}  (${printable(place)})\n    ${outcome}: ${printable(note)}`;
}

function summary(findings: readonly Finding[]): string {
  const outcomes = ['carried over', 'carried over differently', 'not needed', 'not possible'] as const;
  const counts = outcomes.map((name) => `${findings.filter(({ outcome }) => outcome === name).length} ${name}`);
  return `${counted(findings.length, 'setting')}: ${counts.join(', ')}`;
}
