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
const nobody: readonly undefined[] = [];

/** The lines of a jail, and how many of the verdicts on them were given back. */
interface JailLines {
  readonly lines: Line[];
  verdicts: readonly Verdict[];
  taken: number;
}

/** For each entry, the verdicts of its jails. */
export function matchBatch(routed: readonly RoutedEntry[]): readonly (readonly Verdict[])[] {
  const byJail = new Map<RunningJail, JailLines>();
  // Of a line that is broken the rest is the next one, whatever it says: then no line is passed over.
  const isWhole = !routed.some(({ entry }) => entry.messageEnd?.isBroken === true);
  const asked = routed.map((one) => askedOf(one, byJail, isWhole));
  const verdicts = matchTogether([...byJail].map(([{ matcher }, { lines }]) => ({ matcher, lines })));
  for (const [index, known] of [...byJail.values()].entries()) known.verdicts = verdicts[index] ?? noVerdicts;
  return asked.map((all) => (all.length === 0 ? noVerdicts : all.map(nextVerdict)));
}

/** Where the verdicts of the entry's jails will be; undefined for those whose filter the entry is nothing to. */
function askedOf(
  { entry, jails }: RoutedEntry,
  byJail: Map<RunningJail, JailLines>,
  isWhole: boolean,
): readonly (JailLines | undefined)[] {
  if (jails.length === 0) return nobody;
  const { line: text, terminated, isAscii, at, cursor, messageEnd, stream } = entry;
  const whole: Line = { text, terminated, isAscii, at, cursor, messageEnd, stream };
  return jails.map((jail) => {
    // One jail alone finds that out as fast by itself.
    if (isWhole && jails.length > 1 && !jail.matcher.mayMatch(whole)) return undefined;
    const known = linesOf(byJail, jail);
    known.lines.push(jail.selection.isFile ? messageOf(entry, whole) : whole);
    return known;
  });
}

function nextVerdict(known: JailLines | undefined): Verdict {
  return known?.verdicts[known.taken++] ?? none;
}

function linesOf(byJail: Map<RunningJail, JailLines>, jail: RunningJail): JailLines {
  const known = byJail.get(jail);
  if (known !== undefined) return known;
  const lines: JailLines = { lines: [], verdicts: noVerdicts, taken: 0 };
  byJail.set(jail, lines);
  return lines;
}

/** A line of a log file is the message alone, not the line that journalctl shows. */
function messageOf({ messageAt }: Entry, line: Line): Line {
  return { ...line, text: line.text.slice(messageAt), terminated: undefined };
}
