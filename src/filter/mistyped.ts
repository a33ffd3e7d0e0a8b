/**
 * Warns of names in a filter file that are nearly one of ours and that nothing refers to. Options may have any name, so
 * a mistyped one would otherwise be taken for a helper of the filter's own, and do nothing.
 */
import type { Problem } from '../core/problem.js';
import type { IniDocument } from './ini/document.js';
import type { IniFile, IniOption } from './ini/parse.js';
import { nearest } from './nearest.js';

const sections: readonly string[] = ['Definition', 'Init', 'INCLUDES', 'DEFAULT'];

export function mistypedSections(document: IniDocument): readonly Problem[] {
  return [...document.sections].flatMap(([title, section]) => {
    const [first] = section.values();
    const meant = sections.includes(title) ? undefined : nearest(title, sections);
    if (meant === undefined || first === undefined) return [];
    return [warning(first, `nothing reads the section [${title}]`, `[${meant}]`)];
  });
}

/**
 * Warns of options that a person's NAME.local or NAME.d/ adds and nothing refers to. `layers` in the order in which they
 * override one another. A name of a family that an earlier file has too, as `mode-own` beside `mode-normal`, may be
 * meant for other parameters.
 */
export function unusedAdditions(
  layers: readonly IniFile[],
  used: ReadonlySet<string>,
  known: readonly string[],
): readonly Problem[] {
  const earlier = new Set<string>(known);
  return layers.flatMap((layer) => {
    const own = ['Definition', 'Init'].flatMap((title) => [...(layer.sections.get(title) ?? [])]);
    // One that is nearly a name of the language is mistyped.
    const isUnused = (name: string) => !used.has(name) && nearest(name, known) === undefined;
    const added = own.filter(([name]) => isUnused(name) && !earlier.has(name) && !hasFamily(name, earlier));
    const problems = isAddition(layer.file) ? added.map(([name, option]) => unused(name, option, earlier)) : [];
    for (const [name] of [...layer.defaults, ...own]) earlier.add(name);
    return problems;
  });
}

function isAddition(file: string): boolean {
  return file.endsWith('.local') || /\.d\/[^/]*$/.test(file);
}

/** The part of a name before its first `-` or `_`, with that. */
function hasFamily(name: string, others: ReadonlySet<string>): boolean {
  const family = /^[a-z]+[-_](?=.)/.exec(name)?.[0];
  return family !== undefined && [...others].some((other) => other.startsWith(family));
}

function unused(name: string, { file, line }: IniOption, others: ReadonlySet<string>): Problem {
  const meant = nearest(name, [...others]);
  const hint =
    meant === undefined
      ? 'a filter of fail2ban may have other options: see the .conf file that this one adds to'
      : `did you mean "${meant}"? See the .conf file that this one adds to`;
  return { file, line, message: `nothing refers to the option "${name}"`, hint, severity: 'warning' };
}

/** `used` are the names that something refers to, `known` those of the language. */
export function mistypedOptions(
  document: IniDocument,
  used: ReadonlySet<string>,
  known: readonly string[],
): readonly Problem[] {
  const options = ['Definition', 'Init'].flatMap((title) => [...(document.sections.get(title) ?? [])]);
  return options.flatMap(([name, option]) => {
    const meant = used.has(name) || known.includes(name) ? undefined : nearest(name, known);
    return meant === undefined ? [] : [warning(option, `nothing refers to the option "${name}"`, `"${meant}"`)];
  });
}

function warning({ file, line }: IniOption, message: string, meant: string): Problem {
  return { file, line, message, hint: `did you mean ${meant}?`, severity: 'warning' };
}
