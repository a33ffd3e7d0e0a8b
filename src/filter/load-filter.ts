/**
 * Loads a filter by name from its files: layers, definition, compiled regexes. Everything wrong with it is told at
 * once; a filter with an error is not returned.
 */
import { isError, type Parsed, type Problem } from '../core/problem.js';
import { type Definition, resolveDefinition } from './definition.js';
import type { FilterSpec } from './filter.js';
import { type FilterSource, readLayers } from './ini/layers.js';
import type { IniOption } from './ini/parse.js';
import { parseJournalmatch } from './journalmatch.js';
import { Candidates } from './matching/candidates.js';
import { Places } from './matching/captures.js';
import { MAX_LINES } from './matching/line-buffer.js';
import { LINE_MAX } from './matching/message-limit.js';
import { Prefilter } from './matching/prefilter.js';
import type { Form } from './regex/translate.js';
import { RegexPool, type TranslateRule } from './regex-pool.js';
import { compileRule, type Rule, type RuleKind, type RuleSource } from './rule.js';
import { identifyingGroups, mistypedTag, unknownTags } from './tags/expand.js';

/**
 * A filter ready to match, for any number of jails. Immutable, but for regexes that are compiled when they are first
 * run; what matching remembers is in the matcher.
 */
export interface Filter {
  readonly name: string;
  readonly prefregex: Rule | undefined;
  readonly failregex: readonly Rule[];
  /** The failregexes by what they can match at all. */
  readonly candidates: Candidates;
  /** Most texts that none of the regexes matches, without running them. */
  readonly prefilter: Prefilter;
  readonly ignoreregex: readonly Rule[];
  /** How many lines a failregex may span. */
  readonly maxlines: number;
  /** Lines of the `datepattern` option; undefined: the usual formats. For files only. */
  readonly datepattern: readonly string[] | undefined;
  readonly journalmatch: readonly (readonly string[])[];
  readonly usedns: string;
  /** A message of this many bytes may have been cut off by its program; undefined: see message-limit.ts. */
  readonly messagelimit: number | undefined;
  /** Names of the groups by their place in the captures, see captures.ts. */
  readonly groups: readonly string[];
}

/** What holds unless the filter or its parameters say otherwise. */
export interface FilterDefaults {
  /** `journal` (default) for entries of the journal, `file` for log files. */
  readonly logtype?: string;
  readonly usedns?: string;
}

export interface FilterLibrary extends FilterSource {
  readonly defaults?: FilterDefaults;
  /** Reads regexes, see RegexPool; default: each anew. */
  readonly translate?: TranslateRule;
}

/** Reads and compiles the filter `spec`. The value is missing when there is an error among the problems. */
export function loadFilter(spec: FilterSpec, library: FilterLibrary): Parsed<Filter> {
  const layers = readLayers(spec.name, library);
  if (layers.value === undefined) return { value: undefined, problems: layers.problems };
  const definition = resolveDefinition(spec, layers.value, library.defaults?.logtype ?? 'journal');
  const problems = [...layers.problems, ...definition.problems];
  const isBroken = problems.some(isError);
  if (definition.value === undefined || isBroken) return { value: undefined, problems };
  const compiled = compileFilter(spec.name, definition.value, library);
  return { value: compiled.value, problems: [...problems, ...compiled.problems] };
}

/** Does now what is otherwise done when a regex is run for the first time, so that no line has to wait for it. */
export function compileRegexes({ prefregex, failregex, ignoreregex }: Filter, form: Form): void {
  prefregex?.regex.compile(form);
  for (const { regex } of [...failregex, ...ignoreregex]) regex.compile(form);
}

/** A filter of one failregex, as given on a command line. */
export function filterOfRegex(regex: string, defaults: FilterDefaults = {}): Parsed<Filter> {
  const option: IniOption = { value: regex, file: 'FILTER', line: 0, lines: [] };
  return compileFilter('FILTER', new Map([['failregex', { text: regex, option }]]), { defaults });
}

function compileFilter(
  name: string,
  definition: Definition,
  { defaults = {}, translate = new RegexPool().translate }: Pick<FilterLibrary, 'defaults' | 'translate'>,
): Parsed<Filter> {
  const problems: Problem[] = [];
  const text = (option: 'datepattern' | 'journalmatch') => definition.get(option)?.text;
  const maxlines = readCount('maxlines', MAX_LINES, definition, problems) ?? 1;
  const messagelimit = readCount('messagelimit', LINE_MAX, definition, problems);
  const usedns = readUsedns(definition, problems) ?? defaults.usedns ?? 'warn';
  const places = new Places();
  const compile = (kind: RuleKind, multiline: boolean) =>
    rulesOf(kind, definition, (source) => compileRule(source, { usedns, multiline }, { places, translate, problems }));
  const [prefregex] = compile('prefregex', false);
  const failregex = compile('failregex', maxlines > 1);
  const ignoreregex = compile('ignoreregex', false);
  const filter: Filter = {
    name,
    prefregex,
    failregex,
    candidates: new Candidates(failregex, maxlines > 1),
    prefilter: new Prefilter({ prefregex, failregex, ignoreregex }),
    ignoreregex,
    maxlines,
    datepattern: text('datepattern')
      ?.split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
    journalmatch: parseJournalmatch(text('journalmatch') ?? ''),
    usedns,
    messagelimit,
    groups: places.names,
  };
  if (problems.length === 0) checkIdentity(filter, definition, problems);
  const rules = [...(prefregex === undefined ? [] : [prefregex]), ...failregex, ...ignoreregex];
  if (problems.length > 0) return { value: undefined, problems };
  return { value: filter, problems: rules.flatMap(literalTags) };
}

/** A tag that does not exist is no error in fail2ban, and matches its own name. Hardly anybody means that. */
function literalTags({ written, file, line }: Rule): readonly Problem[] {
  return unknownTags(written).map((tag) => ({
    file,
    line,
    message: `there is no tag <${tag}>, so it stands for these very characters`,
    hint: `write <F-${tag}>…</F-${tag}> around what is to be captured, or \\<${tag}> if the text is meant`,
    severity: 'warning' as const,
  }));
}

function rulesOf(
  kind: RuleKind,
  definition: Definition,
  compile: (source: RuleSource) => Rule | undefined,
): readonly Rule[] {
  const source = definition.get(kind);
  if (source === undefined) return [];
  const regexes = kind === 'prefregex' ? [source.text] : source.text.split('\n');
  const written = regexes.filter((regex) => regex.trim() !== '');
  const lines = linesOf(source.option, written.length);
  return written.flatMap((regex, index) => {
    const place = { file: source.option.file, line: lines[index] ?? source.option.line };
    const rule = compile({ kind, written: regex, ...place });
    return rule === undefined ? [] : [rule];
  });
}

/** The line of each regex, as long as interpolation did not change how many there are. */
function linesOf(option: IniOption, count: number): readonly number[] {
  const lines = option.value
    .split('\n')
    .flatMap((text, index) => (text.trim() === '' ? [] : [option.lines[index] ?? 0]));
  return lines.length === count ? lines : [];
}

/** An option that is a number from 1 to `most`; undefined when it is not set, or is none. */
function readCount(
  name: 'maxlines' | 'messagelimit',
  most: number,
  definition: Definition,
  problems: Problem[],
): number | undefined {
  const source = definition.get(name);
  if (source === undefined || source.text === '') return undefined;
  const value = /^\s*\d+\s*$/.test(source.text) ? Number(source.text) : 0;
  if (value >= 1 && value <= most) return value;
  const { file, line } = source.option;
  const message = `${name} is "${source.text.slice(0, 40)}"`;
  problems.push({ file, line, message, hint: `write a number from 1 to ${most}` });
  return undefined;
}

function readUsedns(definition: Definition, problems: Problem[]): string | undefined {
  const source = definition.get('usedns');
  const value = source?.text.trim().toLowerCase();
  if (source === undefined || value === undefined || ['yes', 'warn', 'no', 'raw'].includes(value)) return value;
  const { file, line } = source.option;
  problems.push({ file, line, message: `usedns is "${value.slice(0, 40)}"`, hint: 'write yes, warn, no or raw' });
  return undefined;
}

/** Without a group that says who failed, a match would ban nobody. */
function checkIdentity(filter: Filter, definition: Definition, problems: Problem[]): void {
  if (filter.failregex.length === 0) {
    const option = definition.get('failregex')?.option;
    const message = `filter "${filter.name}" has no failregex`;
    const hint = 'add failregex = … with <HOST> where the address stands to its [Definition]';
    problems.push({ file: option?.file ?? filter.name, line: option?.line ?? 0, message, hint });
  }
  const names = (rule: Rule) => identifyingGroups.some((group) => rule.regex.groups.includes(group));
  if (filter.prefregex !== undefined && names(filter.prefregex)) return;
  for (const rule of filter.failregex.filter((candidate) => !names(candidate))) {
    const message = `no tag in "${rule.written.slice(0, 80)}" says who failed`;
    const wrong = mistypedTag(rule.written);
    const hint =
      wrong === undefined
        ? 'put <HOST> or <ADDR> where the address stands, or <F-ID>…</F-ID> around what is to be banned'
        : `there is no tag <${wrong.tag}>, did you mean <${wrong.meant}>?`;
    problems.push({ file: rule.file, line: rule.line, message, hint });
  }
}
