/**
 * The filter of a jail as it will be here: a shipped one or a copy, and one of the jail's own around it for patterns of its
 * own. Invariant: what is written is loaded; of a filter that would be refused nothing is.
 */
import { formatProblem, isError, type Problem } from '../core/problem.js';
import { createDatedLines } from '../filter/dated-lines.js';
import { unknownOptions } from '../filter/definition.js';
import { type FilterSource, readLayers } from '../filter/ini/layers.js';
import { loadFilter } from '../filter/load-filter.js';
import type { Fail2banJail } from './fail2ban.js';
import { COPIED, type Filters, filterFiles } from './filter-files.js';
import type { ImportedFile } from './imported-file.js';
import { type FilterHere, filterWithPatterns, type NamedFilter } from './own-filter.js';

export interface JailFilter extends FilterHere {
  readonly files: readonly ImportedFile[];
}

/** A value, whatever is wrong beside it. */
export interface Told<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

/** What became of filters that fail2ban itself had before 0.10. */
const GONE: Readonly<Record<string, string>> = {
  'sshd-ddos': 'sshd[mode=ddos]',
  'postfix-sasl': 'postfix[mode=auth]',
  'postfix-rbl': 'postfix[mode=rbl]',
};

function goneAnswer(name: string): string {
  const now = GONE[name];
  return now === undefined ? '' : `; since fail2ban 0.10 it is ${now}`;
}

/** Where the files to be written stand in for those of a folder. */
const WRITTEN = 'filters';

/** The value is why there is none when it is a text. */
export function jailFilter(jail: Fail2banJail, named: NamedFilter, filters: Filters): Told<JailFilter | string> {
  const copied = filterFiles(named.name, filters);
  if (copied.value === undefined)
    return {
      value: `there is no filter ${named.name} here, nor in fail2ban's filter.d: nothing of it is written${goneAnswer(named.name)}`,
      problems: copied.problems,
    };
  const patterns = filterWithPatterns(jail, named.name);
  const name = patterns === undefined ? named.name : `${jail.name}-own`;
  const own = patterns === undefined ? [] : [{ path: `${WRITTEN}/${name}.conf`, text: patterns }];
  const files = [...copied.value, ...own];
  const source = sourceOf(files, filters);
  const layers = readLayers(name, source).value ?? [];
  const dropped = unknownOptions({ name, options: Object.fromEntries(named.options) }, layers);
  const options = named.options.filter(([key]) => !dropped.includes(key));
  const wrong = files.length === 0 ? [] : problemsOf(name, options, source);
  const original = new Map(copied.value.map(({ path, text }) => [path, COPIED.exec(text)?.[1] ?? path]));
  const stock = `${filters.directory}/filter.d/${named.name}.conf`;
  const lost =
    filters.changed?.has(stock) === true && !copied.value.some(({ path }) => path === `${WRITTEN}/${named.name}.conf`);
  const value = { name, named: { ...named, options }, dropped, files, ...(lost ? { changed: stock } : {}) };
  const [first] = wrong;
  if (first === undefined) return { value, problems: copied.problems };
  return {
    value: `the filter cannot be used here, so nothing of it is written: ${inOneLine(placedIn(original, first))}`,
    problems: copied.problems,
  };
}

/** A copy has one line more than what it was made from. */
function placedIn(original: ReadonlyMap<string, string>, problem: Problem): Problem {
  const file = original.get(problem.file);
  return file === undefined ? problem : { ...problem, file, line: Math.max(0, problem.line - 1) };
}

function inOneLine(problem: Problem): string {
  return formatProblem(problem).replaceAll(/\s*\n\s*/g, '; ');
}

/** What is to be written, then what is shipped. */
function sourceOf(written: readonly ImportedFile[], { files, filterFolders }: Filters): FilterSource {
  const texts = new Map(written.map(({ path, text }) => [path, text]));
  return {
    path: [WRITTEN, ...filterFolders],
    read: (path) => texts.get(path) ?? (path.startsWith(`${WRITTEN}/`) ? undefined : files.read(path)),
    list: (folder) =>
      [...texts.keys()]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1))
        .concat(folder.startsWith(WRITTEN) ? [] : (files.list?.(folder) ?? [])),
  };
}

/** Why the agent would refuse it. */
function problemsOf(name: string, options: NamedFilter['options'], source: FilterSource): readonly Problem[] {
  const { value, problems } = loadFilter({ name, options: Object.fromEntries(options) }, source);
  const dates = value && createDatedLines(value, { now: 0, zone: { offsetAt: () => 0 } });
  return [...problems, ...(dates?.problems ?? [])].filter(isError);
}
