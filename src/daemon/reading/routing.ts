/**
 * Which jails an entry belongs to, by journald's trusted fields alone.
 * The journal's own matches only narrow what is read; this is the check that counts.
 */
import type { JournalSelection } from '../../config/config.js';
import type { Entry } from '../../core/entry.js';
import { DROPPED_FIELDS, DROPPED_MATCH } from './dropped-entries.js';
import { isUnitGlob, unitGlob } from './unit-glob.js';

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

/** The units seen lately; bounded because instance names (`ssh@…`) hold addresses that attackers choose. */
const MAX_CACHED_UNITS = 4_096;

interface Rule<J> {
  readonly jail: J;
  readonly units: readonly ((name: string) => boolean)[];
  /** Field → accepted values. */
  readonly conditions: ReadonlyMap<string, ReadonlySet<string>>;
}

export function createRouting<J extends Selecting>(jails: readonly J[]): Routing<J> {
  const reading = jails.filter(({ selection }) => selection.isNobodys !== true);
  const rules = reading.map(
    (jail): Rule<J> => ({
      jail,
      units: jail.selection.units.map(unitTest),
      conditions: byField(jail.selection.matches),
    }),
  );
  const byUnit = new Map<string, readonly Rule<J>[]>();

  const rulesOfUnit = (unit: string): readonly Rule<J>[] => {
    const known = byUnit.get(unit);
    if (known !== undefined) return known;
    const found = rules.filter((rule) => rule.units.length === 0 || rule.units.some((test) => test(unit)));
    if (byUnit.size >= MAX_CACHED_UNITS) byUnit.clear();
    byUnit.set(unit, found);
    return found;
  };

  return {
    jailsOf: (entry) =>
      rulesOfUnit(entry.fields['_SYSTEMD_UNIT'] ?? '')
        .filter((rule) => satisfies(entry, rule.conditions))
        .map((rule) => rule.jail),
    isRead: (unit) => rulesOfUnit(unit).length > 0,
    matches: [...reading.flatMap((jail) => alternatives(jail.selection)), DROPPED_MATCH],
    fields: [...new Set([...ROUTING_FIELDS, ...rules.flatMap((rule) => [...rule.conditions.keys()])])],
  };
}

function unitTest(unit: string): (name: string) => boolean {
  if (!isUnitGlob(unit)) return (name) => name === unit;
  const pattern = unitGlob(unit);
  return (name) => pattern.test(name);
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

function satisfies(entry: Entry, conditions: ReadonlyMap<string, ReadonlySet<string>>): boolean {
  for (const [field, values] of conditions) {
    const value = entry.fields[field];
    if (value === undefined || !values.has(value)) return false;
  }
  return true;
}

function alternatives(selection: JournalSelection): readonly (readonly string[])[] {
  if (selection.units.length === 0) return [selection.matches];
  return selection.units.map((unit) => [`_SYSTEMD_UNIT=${unit}`, ...selection.matches]);
}
