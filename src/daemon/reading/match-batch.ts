/**
 * Matches a batch of entries jail by jail, so that a filter's time budget is taken once and not for every entry,
 * and gives the verdicts back in the order of the entries.
 */
import type { Entry } from '../../core/entry.js';
import type { Line, Verdict } from '../../filter/filter.js';
import type { RunningJail } from './running-jail.js';

/** An entry with the jails it goes to. */
export interface RoutedEntry {
  readonly entry: Entry;
  readonly jails: readonly RunningJail[];
}

/** For each entry, the verdicts of its jails. */
export function matchBatch(routed: readonly RoutedEntry[]): readonly (readonly Verdict[])[] {
  const lines = new Map<RunningJail, Line[]>();
  for (const { entry, jails } of routed) {
    const { line: text, at, cursor, messageEnd } = entry;
    const whole: Line = { text, at, cursor, messageEnd };
    for (const jail of jails) {
      const line = jail.selection.isFile ? { ...whole, text: entry.fields['MESSAGE'] ?? '' } : whole;
      const known = lines.get(jail);
      if (known === undefined) lines.set(jail, [line]);
      else known.push(line);
    }
  }
  const verdicts = new Map([...lines].map(([jail, some]) => [jail, jail.matcher.matchAll(some).values()]));
  return routed.map(({ jails }) => jails.map((jail) => verdicts.get(jail)?.next().value ?? { outcome: 'none' }));
}
