/** What a jail says of its filter: `filter`, `mode`, and patterns of its own, which become a filter that includes it. */
import { parseFilterSpec } from '../filter/filter-spec.js';
import type { Fail2banJail } from './fail2ban.js';
import { type Answer, differently, notPossible } from './finding.js';

export const PATTERN_OPTIONS: readonly string[] = ['failregex', 'ignoreregex', 'prefregex', 'maxlines', 'datepattern'];

/** What a jail says of its filter. */
export interface NamedFilter {
  readonly name: string;
  /** Without what is the default. */
  readonly options: readonly (readonly [string, string])[];
  /** fail2ban's `logtype`, unless it is of the journal. */
  readonly logtype: string | undefined;
}

/** The filter as it will be here. */
export interface FilterHere {
  readonly name: string;
  /** What fail2ban's jail names, with the options that the filter has. */
  readonly named: NamedFilter;
  /** The options that it does not have. */
  readonly dropped: readonly string[];
  /** fail2ban's file, when a person changed it and f2b's own takes its place. */
  readonly changed?: string;
}

/** The first line of what is written for a jail. */
export function headOf(jail: string): string {
  return `# Made by f2bctl import from fail2ban's jail [${jail}].\n`;
}

/** Undefined when the jail names none. */
export function filterOf(jail: Fail2banJail): NamedFilter | undefined {
  const spec = parseFilterSpec(jail.options.get('filter')?.value ?? '').value;
  if (spec === undefined || !/^[\w.+-]+$/.test(spec.name)) return undefined;
  const options = Object.entries(spec.options).filter(
    ([key, value]) => !(key === 'mode' && value === 'normal') && value !== '' && key !== 'logtype',
  );
  const { logtype = 'journal' } = spec.options;
  return { name: spec.name, options, logtype: logtype === 'journal' ? undefined : logtype };
}

/** `Filter=` for the jail. */
export function filterAnswer({ name, named, dropped, changed }: FilterHere): Answer {
  const { options, logtype } = named;
  const written = options.map(([key, value]) => `${key}="${value}"`).join(', ');
  if (/[\n\\]/.test(written) || options.some(([, value]) => value.includes('"')))
    return notPossible(`its options cannot be written in one line: put them into /etc/f2b/filters/${name}.local`);
  const value = options.length === 0 ? name : `${name}[${written}]`;
  const lines = [{ section: 'Jail', key: 'Filter', value }] as const;
  const aside = [
    ...(logtype === undefined
      ? []
      : [`logtype=${logtype} is not needed, f2b knows what it reads: see LogType= in f2b.unit(5)`]),
    ...(changed === undefined
      ? []
      : [
          `without what was changed in ${changed}, as f2b has its own: write that into /etc/f2b/filters/${named.name}.local`,
        ]),
    ...dropped.map((option) => `without ${option}, which the filter has no use for`),
  ];
  if (aside.length === 0) return { outcome: 'carried over', lines, note: `Filter=${value}` };
  return differently(lines, [`Filter=${value}`, ...aside].join('; '));
}

/** What the jail itself has in it: the filter would look for that in vain. */
function withOptionsOf({ options }: Fail2banJail, raw: string): string {
  return raw.replaceAll(/%%|%\(([^()]+)\)s/g, (whole: string, name?: string) => {
    const value = name === undefined ? undefined : options.get(name.toLowerCase())?.value;
    return value?.replaceAll('%', '%%') ?? whole;
  });
}

/** The text of a filter with the jail's own patterns; undefined when it has none. */
export function filterWithPatterns(jail: Fail2banJail, base: string): string | undefined {
  const own = PATTERN_OPTIONS.flatMap((key) => jail.options.get(key) ?? []);
  if (own.length === 0) return undefined;
  const lines = own.flatMap(({ name, raw, place }) => [
    `# ${place}`,
    `${name} = ${withOptionsOf(jail, raw).replaceAll('\n', '\n    ')}`,
  ]);
  return `${headOf(jail.name)}[INCLUDES]\nbefore = ${base}.conf\n\n[Definition]\n${lines.join('\n')}\n`;
}

export function patternAnswer(filter: string): Answer {
  return differently([], `it is in a filter of this jail's own, filters/${filter}.conf`);
}
