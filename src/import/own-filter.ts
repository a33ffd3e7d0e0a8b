/** What a jail says of its filter: `filter`, `mode`, and patterns of its own, which become a filter that includes it. */
import { parseFilterSpec } from '../filter/filter-spec.js';
import type { Fail2banJail } from './fail2ban.js';
import { type Answer, differently, notPossible } from './finding.js';

export const PATTERN_OPTIONS: readonly string[] = ['failregex', 'ignoreregex', 'prefregex', 'maxlines', 'datepattern'];

/** The filter's name, undefined when the jail names none; `options` without what is the default. */
export function filterOf(
  jail: Fail2banJail,
): { readonly name: string; readonly options: readonly (readonly [string, string])[] } | undefined {
  const spec = parseFilterSpec(jail.options.get('filter')?.value ?? '').value;
  if (spec === undefined || !/^[\w.+-]+$/.test(spec.name)) return undefined;
  const options = Object.entries(spec.options).filter(
    ([key, value]) => !(key === 'mode' && value === 'normal') && value !== '' && key !== 'logtype',
  );
  return { name: spec.name, options };
}

/** `Filter=` for the jail. */
export function filterAnswer(name: string, options: readonly (readonly [string, string])[]): Answer {
  const written = options.map(([key, value]) => `${key}="${value}"`).join(', ');
  if (/[\n\\]/.test(written) || options.some(([, value]) => value.includes('"')))
    return notPossible(`its options cannot be written in one line: put them into /etc/f2b/filters/${name}.local`);
  const value = options.length === 0 ? name : `${name}[${written}]`;
  return { outcome: 'carried over', lines: [{ section: 'Jail', key: 'Filter', value }], note: `Filter=${value}` };
}

/** The text of a filter with the jail's own patterns; undefined when it has none. */
export function filterWithPatterns(jail: Fail2banJail, base: string): string | undefined {
  const own = PATTERN_OPTIONS.flatMap((key) => jail.options.get(key) ?? []);
  if (own.length === 0) return undefined;
  const lines = own.flatMap(({ name, raw, place }) => [
    `# ${place}`,
    `${name} = ${raw
      .split('\n')
      .map((line, index) => (index === 0 ? line : `    ${line}`))
      .join('\n')}`,
  ]);
  return `[INCLUDES]\nbefore = ${base}.conf\n\n[Definition]\n${lines.join('\n')}\n`;
}

export function patternAnswer(filter: string): Answer {
  return differently([], `it is in a filter of this jail's own, filters/${filter}.conf`);
}
