/**
 * Warns of names in a filter file that are nearly one of ours and that nothing refers to. Options may have any name, so
 * a mistyped one would otherwise be taken for a helper of the filter's own, and do nothing.
 */
import type { Problem } from '../core/problem.js';
import type { IniDocument } from './ini/document.js';
import type { IniOption } from './ini/parse.js';
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
