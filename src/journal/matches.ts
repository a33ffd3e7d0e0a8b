/**
 * Matches as libsystemd takes them: alternatives of terms `FIELD=value`, with globs on unit names resolved.
 * Invariant: what comes out lets through every entry that what went in would; it may let through more.
 */

/** Alternatives; of one alternative's terms all must hold, except that several values of one field are a choice. */
export type Matches = readonly (readonly string[])[];

const UNIT = '_SYSTEMD_UNIT=';
const UNIT_GLOB = /^_SYSTEMD_UNIT=.*[*?[]/;
const TEMPLATE_GLOB = /^_SYSTEMD_UNIT=([^*?[\]@]+)@\*\.service$/;

/**
 * More terms are not given to libsystemd, and more instances are not named. It looks for each of them anew at each
 * entry, which takes 0.7 µs a term; reading an entry that nobody wants takes 5 µs. And whoever connects to a socket with
 * Accept=yes makes one more instance.
 */
const MAX_TERMS = 64;

/** The slice systemd puts a template's instances in by default (unit_set_default_slice in unit.c). */
function instanceSlice(template: string): string {
  return `system-${template.replaceAll(/[\\-]/g, (c) => (c === '-' ? '\\x2d' : '\\x5c'))}.slice`;
}

function isResolvable(term: string): boolean {
  return !UNIT_GLOB.test(term) || TEMPLATE_GLOB.test(term);
}

/** One alternative with a template glob becomes two: the instances known now, and the slice of those to come. */
function resolveAlternative(terms: readonly string[], units: () => readonly string[]): string[][] {
  const unitTerms = terms.filter((term) => term.startsWith(UNIT));
  const others = terms.filter((term) => !term.startsWith(UNIT));
  if (!unitTerms.some((term) => UNIT_GLOB.test(term))) return [[...terms]];
  if (!unitTerms.every(isResolvable)) return [others];
  const templates = unitTerms.flatMap((term) => TEMPLATE_GLOB.exec(term)?.[1] ?? []);
  const instances = units().filter((unit) =>
    templates.some((template) => unit.startsWith(`${template}@`) && unit.endsWith('.service')),
  );
  if (instances.length > MAX_TERMS) return [others];
  const plain = unitTerms.filter((term) => !UNIT_GLOB.test(term));
  const known = [...plain, ...instances.map((unit) => `${UNIT}${unit}`)];
  const slices = templates.map((template) => `_SYSTEMD_SLICE=${instanceSlice(template)}`);
  return [known, slices].filter((some) => some.length > 0).map((some) => [...some, ...others]);
}

/**
 * Resolves globs on `_SYSTEMD_UNIT`. `NAME@*.service` becomes the instances in the journal and the slice that new ones
 * will be in, so none is missed and nothing is polled; any other glob, and too many instances, drop the unit term. Too
 * many terms are dropped, all of them. The caller checks each entry again. `units` lists the units that the journal
 * knows. Empty result: everything matches.
 */
export function resolveMatches(matches: Matches, units: () => readonly string[]): string[][] {
  const resolved = matches.flatMap((terms) => resolveAlternative(terms, units));
  const isEverything = resolved.some((terms) => terms.length === 0) || resolved.flat().length > MAX_TERMS;
  return isEverything ? [] : resolved;
}
