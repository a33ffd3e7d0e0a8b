/**
 * Which jails an entry belongs to, by journald's trusted fields alone.
 * The journal's own matches only narrow what is read; this is the check that counts.
 */
import type { JournalSelection } from '../../config/config.js';
import type { Entry } from '../../core/entry.js';
import { DROPPED_FIELDS, DROPPED_MATCH } from './dropped-entries.js';
import { RuleIndex } from './rule-index.js';

/** Fields that are needed of every entry, beside those named in jails' matches. */
const ROUTING_FIELDS = ['_SYSTEMD_UNIT', ...DROPPED_FIELDS] as const;

/** Something that selects entries: a jail. */
export interface Selecting {
  readonly selection: JournalSelection;
}

/** Finds the jails of an entry. */
export interface Routing<J extends Selecting> {
  /** The jails that read this entry. */
  jailsOf(entry: Entry): readonly J[];
  /** True when some jail may read entries of this unit. */
  isRead(unit: string): boolean;
  /** Alternatives for the journal, each a conjunction of FIELD=value; unit globs as they were written. */
  readonly matches: readonly (readonly string[])[];
  /** Fields the entries must carry for `jailsOf`. */
  readonly fields: readonly string[];
}

export function createRouting<J extends Selecting>(jails: readonly J[]): Routing<J> {
  const reading = jails.filter(({ selection }) => selection.isNobodys !== true);
  const rules = reading.map((jail) => ({
    jail,
    units: jail.selection.units,
    conditions: byField(jail.selection.matches),
  }));
  const index = new RuleIndex(rules);
  return {
    jailsOf: (entry) => index.of(entry).map(({ jail }) => jail),
    isRead: (unit) => index.mayMeet(unit),
    matches: [...reading.flatMap((jail) => alternatives(jail.selection)), DROPPED_MATCH],
    fields: [...new Set([...ROUTING_FIELDS, ...rules.flatMap((rule) => [...rule.conditions.keys()])])],
  };
}

function byField(matches: readonly string[]): Map<string, Set<string>> {
  const fields = new Map<string, Set<string>>();
  for (const match of matches) {
    const equals = match.indexOf('=');
    const field = match.slice(0, equals);
    const values = fields.get(field) ?? new Set();
    fields.set(field, values.add(match.slice(equals + 1)));
  }
  return fields;
}

function alternatives(selection: JournalSelection): readonly (readonly string[])[] {
  if (selection.units.length === 0) return [selection.matches];
  return selection.units.map((unit) => [`_SYSTEMD_UNIT=${unit}`, ...selection.matches]);
}
