/**
 * Matches a batch of entries, each jail its own, so that the filters' time budget is taken once and not for every entry or
 * jail, and gives the verdicts back in the order of the entries.
 */
import type { Entry } from '../../core/entry.js';
import type { Line, Verdict } from '../../filter/filter.js';
import { matchTogether } from '../../filter/matching/match-together.js';
import type { RunningJail } from './running-jail.js';

/** An entry with the jails it goes to. */
export interface RoutedEntry {
  readonly entry: Entry;
  readonly jails: readonly RunningJail[];
}

const none: Verdict = { outcome: 'none' };
const noVerdicts: readonly Verdict[] = [];

/** The lines of a jail, and how many of the verdicts on them were given back. */
interface JailLines {
  readonly lines: Line[];
  verdicts: readonly Verdict[];
  taken: number;
}

/** For each entry, the verdicts of its jails. */
export function matchBatch(routed: readonly RoutedEntry[]): readonly (readonly Verdict[])[] {
  const byJail = new Map<RunningJail, JailLines>();
  for (const { entry, jails } of routed) {
    if (jails.length === 0) continue;
    const { line: text, terminated, isAscii, at, cursor, messageEnd, stream } = entry;
    const whole: Line = { text, terminated, isAscii, at, cursor, messageEnd, stream };
    for (const jail of jails) linesOf(byJail, jail).push(jail.selection.isFile ? messageOf(entry, whole) : whole);
  }
  const verdicts = matchTogether([...byJail].map(([{ matcher }, { lines }]) => ({ matcher, lines })));
  for (const [index, known] of [...byJail.values()].entries()) known.verdicts = verdicts[index] ?? noVerdicts;
  const next = (jail: RunningJail): Verdict => {
    const known = byJail.get(jail);
    return known?.verdicts[known.taken++] ?? none;
  };
  return routed.map(({ jails }) => (jails.length === 0 ? noVerdicts : jails.map(next)));
}

function linesOf(byJail: Map<RunningJail, JailLines>, jail: RunningJail): Line[] {
  const known = byJail.get(jail);
  if (known !== undefined) return known.lines;
  const lines: Line[] = [];
  byJail.set(jail, { lines, verdicts: noVerdicts, taken: 0 });
  return lines;
}

/** A line of a log file is the message alone, not the line that journalctl shows. */
function messageOf({ messageAt }: Entry, line: Line): Line {
  return { ...line, text: line.text.slice(messageAt), terminated: undefined };
}
