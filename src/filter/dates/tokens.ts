/**
 * strptime's `%` fields written out as Python regex, with fail2ban's own: `%k %l`, and the exact two-digit forms
 * `%Exd %Exm %ExY …`. Each becomes a group named by its letter, which assemble.ts reads. Names are English, the C
 * locale's.
 */

export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
export const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
];

const abbreviation = '[A-Z](?:[A-Z]{2,4})?';
const week = String.raw`5[0-3]|[0-4]\d|\d`;

/** The decade from which on years are written with a fixed beginning. */
const WRITTEN_IN = 2026;

const fields: Readonly<Record<string, string>> = {
  '%': '%',
  a: `(?P<a>${names(weekdays.map((name) => name.slice(0, 3)))})`,
  A: `(?P<A>${names(weekdays)})`,
  b: `(?P<b>${names(months.map((name) => name.slice(0, 3)))})`,
  B: `(?P<B>${names(months)})`,
  d: String.raw`(?P<d>[1-2]\d|[0 ]?[1-9]|3[0-1])`,
  f: '(?P<f>[0-9]{1,6})',
  G: String.raw`(?P<G>\d\d\d\d)`,
  H: String.raw`(?P<H>[0-1]?\d|2[0-3])`,
  I: '(?P<I>1[0-2]|0[1-9]|[1-9])',
  j: String.raw`(?P<j>36[0-6]|3[0-5]\d|[1-2]\d\d|0[1-9]\d|00[1-9]|[1-9]\d|0[1-9]|[1-9])`,
  k: String.raw` ?(?P<H>[0-2]?\d)`,
  l: String.raw` ?(?P<I>1?\d)`,
  m: '(?P<m>0?[1-9]|1[0-2])',
  M: String.raw`(?P<M>[0-5]?\d)`,
  p: '(?P<p>am|pm)',
  S: String.raw`(?P<S>[0-5]?\d|6[0-1])`,
  u: '(?P<u>[1-7])',
  U: `(?P<U>${week})`,
  V: String.raw`(?P<V>5[0-3]|0[1-9]|[1-4]\d|\d)`,
  w: '(?P<w>[0-6])',
  W: `(?P<W>${week})`,
  y: String.raw`(?P<y>\d\d)`,
  Y: String.raw`(?P<Y>\d{4})`,
  z: String.raw`(?P<z>Z|UTC|GMT|[+-][01]\d(?::?\d{2})?)`,
  Z: '(?P<Z>Z|[A-Z]{3,5})',
  Exd: String.raw`(?P<d>[1-2]\d|0[1-9]|3[0-1])`,
  Exm: '(?P<m>0[1-9]|1[0-2])',
  ExH: String.raw`(?P<H>[0-1]\d|2[0-3])`,
  Exk: String.raw` ?(?P<H>[0-1]?\d|2[0-3])`,
  Exl: String.raw` ?(?P<I>1[0-2]|\d)`,
  ExM: String.raw`(?P<M>[0-5]\d)`,
  ExS: String.raw`(?P<S>[0-5]\d|6[0-1])`,
  Exy: String.raw`(?P<y>\d{2})`,
  ExZ: `(?P<Z>${abbreviation})`,
  Exz: String.raw`(?P<z>(?:${abbreviation})?[+-][01]\d(?::?\d{2})?|${abbreviation})`,
};

/** Fields that stand for several. */
const compounds: Readonly<Record<string, string>> = {
  c: String.raw`%a\s+%b\s+%d\s+%H:%M:%S\s+%Y`,
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

function names(words: readonly string[]): string {
  return words.toSorted((a, b) => b.length - a.length).join('|');
}

/** The years of `%ExY`: from 2000 to the end of the decade that `year` lies in, with three years to spare. */
function centuryYears(year: number): string {
  const decades = Math.floor(((Math.max(year, WRITTEN_IN) + 3) % 100) / 10);
  return String.raw`(?P<Y>20[0-${decades}]\d)`;
}

/** Whether a pattern holds names, which match in any case. */
export function hasNames(pattern: string): boolean {
  return /(?<!%)%[aAbBpc]/.test(pattern);
}

/** The pattern with its fields written out, or what is wrong with it. `year` is the current one. */
export function writeFields(pattern: string, year: number): { readonly regex: string } | { readonly problem: string } {
  let wrong: string | undefined;
  const whole = pattern.replace(/%([cxX])/g, (_all, letter: string) => compounds[letter] ?? '');
  const regex = whole.replace(/%(%|Ex[A-Za-z]|[A-Za-z]|.|$)/gs, (_all, name: string) => {
    if (name === 'ExY') return centuryYears(year);
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined) wrong ??= `%${name}`;
    return field ?? '';
  });
  return wrong === undefined ? { regex } : { problem: `"${wrong}" is no field of a date` };
}
