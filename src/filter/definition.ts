/**
 * The options of a filter as text, after merging its layers, interpolating and substituting tags.
 * Precedence: parameters, then [Init], then [Definition], then [DEFAULT].
 */
import type { Parsed, Problem } from '../core/problem.js';
import type { FilterSpec } from './filter.js';
import { type IniDocument, mergeLayers } from './ini/document.js';
import { findOption, type InterpolationReport, interpolate, type Parameters } from './ini/interpolate.js';
import type { IniFile, IniOption } from './ini/parse.js';
import { sectionValue } from './ini/section-value.js';
import { mistypedOptions, mistypedSections, unusedAdditions } from './mistyped.js';
import { nearest } from './nearest.js';
import { substituteTags } from './tags/substitute.js';

/** The options that make a filter; all others exist to be referred to. */
export const definitionOptions = [
  'usedns',
  'prefregex',
  'failregex',
  'ignoreregex',
  'maxlines',
  'datepattern',
  'journalmatch',
  'messagelimit',
] as const;

export type DefinitionOption = (typeof definitionOptions)[number];

/** Text of an option and where it was written; parameters have line 0. */
export interface DefinitionText {
  readonly text: string;
  readonly option: IniOption;
}

export type Definition = ReadonlyMap<DefinitionOption, DefinitionText>;

interface Scope {
  readonly spec: FilterSpec;
  readonly document: IniDocument;
  readonly parameters: Parameters;
  /** Options of [Init] that no parameter overrides, and parameters: what a tag finds first. */
  readonly init: Map<string, string>;
  readonly report: InterpolationReport;
  readonly main: string;
}

/** Resolves the options of the filter whose files are `layers`. `logtype` is what `<logtype>` means unless set. */
export function resolveDefinition(spec: FilterSpec, layers: readonly IniFile[], logtype: string): Parsed<Definition> {
  const { scope, definition } = resolved(spec, layers, logtype);
  const { document, report } = scope;
  checkInit(scope);
  checkParameters(scope);
  report.problems.push(
    ...mistypedSections(document),
    ...mistypedOptions(document, report.used, definitionOptions),
    ...unusedAdditions(layers, report.used, definitionOptions),
  );
  return { value: definition, problems: report.problems };
}

/** The names of options in brackets that the filter whose files are `layers` does not have, nor refers to. */
export function unknownOptions(spec: FilterSpec, layers: readonly IniFile[]): readonly string[] {
  const { scope } = resolved(spec, layers, 'journal');
  return unknown(scope, knownOptions(scope));
}

function resolved(
  spec: FilterSpec,
  layers: readonly IniFile[],
  logtype: string,
): { readonly scope: Scope; readonly definition: Definition } {
  const document = mergeLayers(layers);
  const report = { used: new Set<string>(), problems: [] as Problem[] };
  const main = layers.find((layer) => layer.sections.has('Definition'))?.file ?? layers.at(-1)?.file ?? spec.name;
  const parameters = new Map(Object.entries(spec.options).map(([key, value]) => [key.toLowerCase(), value]));
  if (!parameters.has('logtype') && !document.sections.get('Definition')?.has('logtype')) {
    parameters.set('logtype', logtype);
  }
  const scope: Scope = { spec, document, parameters, init: new Map(), report, main };
  fillInit(scope);
  const definition = new Map<DefinitionOption, DefinitionText>();
  for (const name of definitionOptions) {
    const text = definitionText(name, scope);
    if (text !== undefined) definition.set(name, text);
  }
  return { scope, definition };
}

function fillInit({ document, parameters, init, report }: Scope): void {
  for (const [name, value] of parameters) init.set(name, value);
  for (const name of document.sections.get('Init')?.keys() ?? []) {
    const value = interpolate(document, 'Init', name, new Map(), report);
    if (value === undefined) continue;
    if (!name.startsWith('known/')) init.set(`known/${name}`, value);
    if (!init.has(name)) init.set(name, value);
  }
}

function definitionText(name: DefinitionOption, scope: Scope): DefinitionText | undefined {
  const { document, parameters, init, report, main } = scope;
  const fromInit = parameters.has(name) ? undefined : document.sections.get('Init')?.get(name);
  const written = fromInit ?? findOption(document, 'Definition', name);
  const option =
    parameters.has(name) || written === undefined ? { value: '', file: main, line: 0, lines: [] } : written;
  const value = init.get(name) ?? interpolate(document, 'Definition', name, parameters, report);
  if (value === undefined) return undefined;
  const text = substitute(name, value, option, scope);
  return text === undefined ? undefined : { text, option };
}

function substitute(name: string, value: string, option: IniOption, scope: Scope): string | undefined {
  const substituted = substituteTags(name, value, (tag) => lookUpTag(tag, scope));
  if ('text' in substituted) return substituted.text;
  const { problem, hint } = substituted;
  scope.report.problems.push({ file: option.file, line: option.line, message: problem, hint });
  return undefined;
}

/** `<name>`, `<known/name>`, `<section/name>`; names with a condition `name?family=…` are not for filters. */
function lookUpTag(tag: string, scope: Scope): string | undefined {
  const { document, parameters, init, report } = scope;
  report.used.add(tag.toLowerCase());
  const given = init.get(tag);
  if (given !== undefined) return given;
  const parts = /^([\w-]+)\/([^\s>]+)$/.exec(tag);
  const section = parts?.[1];
  const name = parts?.[2]?.toLowerCase();
  if (section === undefined || name === undefined) {
    return interpolate(document, 'Definition', tag.toLowerCase(), parameters, report) ?? missing(tag, scope);
  }
  const isThere = /^(?:known|default)$/i.test(section) || document.sections.has(section);
  return isThere ? sectionValue(section, name, document, report) : missing(section, scope);
}

/**
 * Most tags without an option are for the regex. But `<mdre-foo>` beside an option `mdre-normal` is what
 * `<mdre-<mode>>` became with a mode that does not exist, and so is `<lt_foo/…>` beside a section [lt_file].
 */
function missing(name: string, { document, report, main, spec }: Scope): undefined {
  const stem = /^[a-z]+[-_](?=.)/.exec(name)?.[0];
  if (stem === undefined) return undefined;
  const names = [...(document.sections.get('Definition')?.keys() ?? []), ...document.sections.keys()];
  const values = [...new Set(names.filter((other) => other.startsWith(stem)).map((other) => other.slice(stem.length)))];
  if (values.length === 0) return undefined;
  const message = `nothing is defined for "${name.slice(stem.length)}" (there is no ${name})`;
  if (report.problems.some((problem) => problem.message === message)) return undefined;
  const isGiven = Object.values(spec.options).some((value) => name.endsWith(value));
  const file = isGiven ? spec.name : main;
  report.problems.push({ file, line: 0, message, hint: `one of these is meant: ${values.join(', ')}` });
  return undefined;
}

/** An option of [Init] that leads back to itself is an error even if nothing uses it. */
function checkInit(scope: Scope): void {
  for (const [name, option] of scope.document.sections.get('Init') ?? []) {
    const value = scope.init.get(name);
    const isDefinition = definitionOptions.some((known) => known === name);
    if (value !== undefined && !isDefinition) substitute(name, value, option, scope);
  }
}

function checkParameters(scope: Scope): void {
  const { spec, report } = scope;
  const known = knownOptions(scope);
  for (const name of unknown(scope, known)) {
    const candidate = nearest(name.toLowerCase(), [...known]);
    const hint = candidate === undefined ? 'remove it from the brackets' : `did you mean "${candidate}"?`;
    report.problems.push({ file: spec.name, line: 0, message: `filter "${spec.name}" has no option "${name}"`, hint });
  }
}

function knownOptions({ document }: Pick<Scope, 'document'>): ReadonlySet<string> {
  const sections = ['Definition', 'Init'].flatMap((title) => [...(document.sections.get(title)?.keys() ?? [])]);
  return new Set<string>([...definitionOptions, 'logtype', ...document.defaults.keys(), ...sections]);
}

function unknown({ spec, report }: Pick<Scope, 'spec' | 'report'>, known: ReadonlySet<string>): readonly string[] {
  return Object.keys(spec.options).filter((name) => {
    const key = name.toLowerCase();
    return !known.has(key) && !report.used.has(key);
  });
}
