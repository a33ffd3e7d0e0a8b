/**
 * Finds the rules that an entry meets without asking all of them: among a thousand, an entry costs what it costs among
 * a few. Invariant: what is found is what asking each would find, in the order of the rules.
 */
import type { Entry } from '../../../core/entry.js';
import { globPattern, isGlob } from '../../../core/glob.js';

/** A condition on entries. */
export interface Rule {
  /** Names of units, and globs on them; none: any unit. */
  readonly units: readonly string[];
  /** Field → accepted values. */
  readonly conditions: ReadonlyMap<string, ReadonlySet<string>>;
}

/** A rule with its place in the order of all. */
interface Ranked<R> {
  readonly rule: R;
  readonly rank: number;
}

interface Glob<R> {
  readonly pattern: RegExp;
  readonly ranked: Ranked<R>;
}

/** The units seen lately; bounded because instance names (`ssh@…`) hold addresses that attackers choose. */
const MAX_SEEN_UNITS = 4_096;

export class RuleIndex<R extends Rule> {
  readonly #ofUnit = new Map<string, Ranked<R>[]>();
  /** By what they begin with, if that is a template's name (`ssh@`); all others under ''. */
  readonly #globs = new Map<string, Glob<R>[]>();
  readonly #ofAnyUnit: RulesByField<R>;
  readonly #seen = new Map<string, RulesByField<R>>();

  constructor(rules: readonly R[]) {
    const ranked = rules.map((rule, rank) => ({ rule, rank }));
    this.#ofAnyUnit = new RulesByField(ranked.filter(({ rule }) => rule.units.length === 0));
    for (const one of ranked) for (const unit of new Set(one.rule.units)) this.#add(unit, one);
  }

  /** The rules that the entry meets. */
  of(entry: Entry): readonly R[] {
    const own = this.#rulesOf(entry.fields['_SYSTEMD_UNIT'] ?? '').of(entry);
    const others = this.#ofAnyUnit.of(entry);
    const met = own.length > 0 && others.length > 0 ? [...own, ...others].sort(byRank) : [...own, ...others];
    return met.map(({ rule }) => rule);
  }

  /** True when an entry of this unit may meet a rule. */
  mayMeet(unit: string): boolean {
    return this.#ofAnyUnit.size > 0 || this.#rulesOf(unit).size > 0;
  }

  #add(unit: string, ranked: Ranked<R>): void {
    if (!isGlob(unit)) addTo(this.#ofUnit, unit, ranked);
    else addTo(this.#globs, templateOf(unit.slice(0, unit.search(/[*?[]/))), { pattern: globPattern(unit), ranked });
  }

  #rulesOf(unit: string): RulesByField<R> {
    const known = this.#seen.get(unit);
    if (known !== undefined) return known;
    const globs = ['', templateOf(unit)].flatMap((start) => this.#globs.get(start) ?? []);
    const globbed = globs.filter(({ pattern }) => pattern.test(unit)).map(({ ranked }) => ranked);
    const found = new RulesByField([...new Set([...(this.#ofUnit.get(unit) ?? []), ...globbed])].sort(byRank));
    if (this.#seen.size >= MAX_SEEN_UNITS) this.#seen.clear();
    this.#seen.set(unit, found);
    return found;
  }
}

/** Rules on the fields of entries; each is kept under the values of the one field that tells it from most others. */
class RulesByField<R extends Rule> {
  readonly size: number;
  readonly #always: readonly Ranked<R>[];
  readonly #byValue = new Map<string, Map<string, Ranked<R>[]>>();

  constructor(rules: readonly Ranked<R>[]) {
    this.size = rules.length;
    this.#always = rules.filter(({ rule }) => rule.conditions.size === 0);
    const values = valuesOfFields(rules);
    for (const ranked of rules) {
      const fields = [...ranked.rule.conditions].sort(([a], [b]) => sizeOf(values, b) - sizeOf(values, a));
      const [field = '', accepted = []] = fields[0] ?? [];
      const known = this.#byValue.get(field) ?? new Map<string, Ranked<R>[]>();
      for (const value of accepted) addTo(known, value, ranked);
      if (fields.length > 0) this.#byValue.set(field, known);
    }
  }

  of(entry: Entry): readonly Ranked<R>[] {
    if (this.#byValue.size === 0) return this.#always;
    const met = [...this.#always];
    for (const [field, byValue] of this.#byValue) {
      const some = byValue.get(entry.fields[field] ?? '') ?? [];
      met.push(...some.filter(({ rule }) => satisfies(entry, rule.conditions)));
    }
    return met.length > 1 ? met.sort(byRank) : met;
  }
}

/** All values that rules accept of each field. */
function valuesOfFields(rules: readonly Ranked<Rule>[]): ReadonlyMap<string, ReadonlySet<string>> {
  const values = new Map<string, Set<string>>();
  for (const { rule } of rules) {
    for (const [field, accepted] of rule.conditions) {
      const known = values.get(field) ?? new Set();
      for (const value of accepted) known.add(value);
      values.set(field, known);
    }
  }
  return values;
}

function sizeOf(values: ReadonlyMap<string, ReadonlySet<string>>, field: string): number {
  return values.get(field)?.size ?? 0;
}

function satisfies(entry: Entry, conditions: Rule['conditions']): boolean {
  for (const [field, values] of conditions) {
    const value = entry.fields[field];
    if (value === undefined || !values.has(value)) return false;
  }
  return true;
}

/** `ssh@` of `ssh@2.service`; '' of a name without @. */
function templateOf(name: string): string {
  return name.slice(0, name.indexOf('@') + 1);
}

function byRank(one: Ranked<unknown>, other: Ranked<unknown>): number {
  return one.rank - other.rank;
}

function addTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
