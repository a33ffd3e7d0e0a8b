/**
 * What one of fail2ban's action files comes to for a jail: the commands and whatever else their tags refer to, as
 * fail2ban's ActionReader hands them to its server.
 */
import type { Parsed, Problem } from '../../../core/problem.js';
import { type IniDocument, mergeLayers } from '../../../filter/ini/document.js';
import { type InterpolationReport, interpolate } from '../../../filter/ini/interpolate.js';
import type { IniFile } from '../../../filter/ini/parse.js';
import { sectionValue } from '../../../filter/ini/section-value.js';
import { isTrue } from '../../../filter/ini/truth.js';
import { substituteTags, type Tags } from './substitute-tags.js';

/** An action file with those that it includes, and the options that it is given. */
export interface ActionFile {
  /** Its name, without `.conf`. */
  readonly name: string;
  readonly options: Tags;
  readonly layers: readonly IniFile[];
}

/** Values by their names; `NAME?family=inet6` is that of a name for one family. Truths are `True` and `False`. */
export type ActionProperties = Tags;

/** Commands and switches. All else is there to be referred to. */
const SETTINGS: Readonly<Record<string, 'text' | 'truth'>> = {
  actionstart: 'text',
  actionstart_on_demand: 'truth',
  actionstop: 'text',
  actionflush: 'text',
  actionreload: 'text',
  actioncheck: 'text',
  actionrepair: 'text',
  actionrepair_on_unban: 'truth',
  actionban: 'text',
  actionprolong: 'text',
  actionreban: 'text',
  actionunban: 'text',
  norestored: 'truth',
};

/** What an action has that says nothing else. */
const INITIAL: Tags = new Map([
  ['timeout', '60'],
  ...['start', 'ban', 'reban', 'unban', 'check', 'repair', 'flush', 'stop', 'reload'].map(
    (name) => [`action${name}`, ''] as const,
  ),
  ['banEpoch', '0'],
]);

/** What is known when an address is banned, and may be hostile. */
export const ESCAPED_TAGS: ReadonlySet<string> = new Set(['matches', 'ipmatches', 'ipjailmatches']);

interface Reading {
  readonly document: IniDocument;
  readonly given: Tags;
  readonly report: InterpolationReport;
}

/** The value is missing when anything is wrong. */
export function propertiesOf(action: ActionFile, jail: string): Parsed<ActionProperties> {
  const problems: Problem[] = [];
  const reading: Reading = {
    document: mergeLayers(action.layers),
    given: givenTo(action, jail),
    report: { used: new Set(), problems },
  };
  const initial = initialOf(reading);
  const combined = new Map([...definitionOf(reading), ...initial]);
  const conditional = [...combined.keys()].map((name) => /^(\w+)\?./.exec(name)?.[1] ?? '');
  const substituted = substituteTags(combined, {
    ignored: new Set([...ESCAPED_TAGS, 'timeout', 'bantime', ...conditional]),
    otherwise: remembering((tag) => definedAs(tag, reading)),
  });
  if ('circular' in substituted) problems.push(circular(action, substituted.circular));
  if ('circular' in substituted || problems.length > 0) return { value: undefined, problems };
  const settings = [...substituted.tags].flatMap(([name, text]): (readonly [string, string])[] => {
    const kind = SETTINGS[name];
    if (kind === undefined) return [];
    return [[name, kind === 'text' ? text : isTrue(text) ? 'True' : 'False']];
  });
  const others = [...initial].filter(
    ([name]) => SETTINGS[name] === undefined && name !== 'bantime' && !name.startsWith('known/'),
  );
  const value = new Map([...INITIAL, ...settings, ...others]);
  const unending = unendingFor(value);
  return unending === undefined ? { value, problems } : { value: undefined, problems: [circular(action, unending)] };
}

/** The name of a value that refers to itself for one of the families. */
function unendingFor(properties: ActionProperties): string | undefined {
  for (const condition of ['family=inet4', 'family=inet6', undefined]) {
    const found = substituteTags(properties, { ignored: ESCAPED_TAGS, ...(condition !== undefined && { condition }) });
    if ('circular' in found) return found.circular;
  }
  return undefined;
}

function circular({ layers }: ActionFile, name: string): Problem {
  const found = layers
    .flatMap(({ sections }) => [...sections.values()].map((section) => section.get(name)))
    .find((option) => option !== undefined);
  const message = `"${name}" refers to itself, by way of its <tags>`;
  return { file: found?.file ?? layers[0]?.file ?? '', line: found?.line ?? 0, message, hint: 'break the circle' };
}

/** The options, with the names that fail2ban gives an action of its own accord. */
function givenTo({ name: file, options }: ActionFile, jail: string): Tags {
  const name = options.get('name') ?? jail;
  const own = name.startsWith(jail) ? `${file}${name.slice(jail.length)}` : `${file}-${name}`;
  return new Map([...options, ['name', name], ['actname', options.get('actname') ?? own]]);
}

function definitionOf({ document, given, report }: Reading): Tags {
  const found = Object.keys(SETTINGS).flatMap((name): (readonly [string, string])[] => {
    if (given.has(name)) return [];
    const value = interpolate(document, 'Definition', name, given, report);
    return value === undefined ? [] : [[name, value]];
  });
  return new Map(found);
}

/** The options, and what [Init] says where they say nothing. */
function initialOf({ document, given, report }: Reading): Tags {
  const initial = new Map(given);
  for (const name of document.sections.get('Init')?.keys() ?? []) {
    const value = interpolate(document, 'Init', name, new Map(), report);
    if (value === undefined) continue;
    initial.set(`known/${name}`, value);
    if (!initial.has(name)) initial.set(name, value);
  }
  return initial;
}

/** The value of a tag that no option and [Init] have: `NAME` of [Definition], `SECTION/NAME`, `known/NAME`. */
function definedAs(tag: string, { document, given, report }: Reading): string | undefined {
  const [, section = '', name = ''] = /^([\w-]+)\/([^\s>]+)$/.exec(tag) ?? [];
  return (
    (section === '' ? undefined : sectionValue(section, name.toLowerCase(), document, report)) ??
    interpolate(document, 'Definition', tag.toLowerCase(), given, report)
  );
}

function remembering(find: (tag: string) => string | undefined): (tag: string) => string | undefined {
  const found = new Map<string, string | undefined>();
  return (tag) => {
    if (!found.has(tag)) found.set(tag, find(tag));
    return found.get(tag);
  };
}
