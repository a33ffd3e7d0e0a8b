/**
 * Python's basic interpolation with fail2ban's extensions: `%(name)s` from the parameters, the section and [DEFAULT],
 * `%(section/name)s`, `%(default/name)s`, `%(known/name)s` (the value an override replaced), `%(__name__)s`, and `%%`.
 * Depth, length and references are bounded, so that no file can make it run away.
 */
import type { Problem } from '../../core/problem.js';
import { fail2banHint } from '../fail2ban-names.js';
import type { IniDocument } from './document.js';
import type { IniOption } from './parse.js';

/** configparser.MAX_INTERPOLATION_DEPTH. */
const MAX_DEPTH = 10;
/** Longer values are refused; nested references could otherwise grow a value exponentially. */
export const MAX_VALUE_LENGTH = 1 << 20;
/** References to what is empty make nothing longer. The filters and jails of fail2ban have some hundred at most. */
const MAX_REFERENCES = 10_000;

/** Parameters given as `name[key="value"]`; keys in lower case. */
export type Parameters = ReadonlyMap<string, string>;

/** What comes about on the way. */
export interface InterpolationReport {
  /** Names of the options that were referred to. */
  readonly used: Set<string>;
  readonly problems: Problem[];
}

interface Scope extends InterpolationReport {
  readonly document: IniDocument;
  readonly section: string;
  readonly parameters: Parameters;
  /** The option being read, for messages. */
  readonly option: IniOption;
  readonly name: string;
  length: number;
  references: number;
}

/** The option `name` as `section` sees it, without interpolation. */
export function findOption(document: IniDocument, section: string, name: string): IniOption | undefined {
  return document.sections.get(section)?.get(name) ?? document.defaults.get(name);
}

/**
 * The value of an option with all references replaced; undefined after a problem, which is added to `problems`.
 * Names that were looked up are added to `used`.
 */
export function interpolate(
  document: IniDocument,
  section: string,
  name: string,
  parameters: Parameters,
  report: InterpolationReport,
): string | undefined {
  const given = parameters.get(name);
  const found = findOption(document, section, name);
  if (given === undefined && found === undefined) return undefined;
  const option = found ?? { value: '', file: `[${name}=…]`, line: 0, lines: [] };
  const scope: Scope = { document, section, parameters, option, name, ...report, length: 0, references: 0 };
  return expand(given ?? option.value, 1, scope);
}

function expand(text: string, depth: number, scope: Scope): string | undefined {
  if (depth > MAX_DEPTH) {
    return fail(
      scope,
      `"${scope.name}" refers to itself, or more than ${MAX_DEPTH} levels deep`,
      'break the circle of %(…)s',
    );
  }
  let result = '';
  let rest = text;
  for (;;) {
    const percent = rest.indexOf('%');
    if (percent < 0) return result + rest;
    result += rest.slice(0, percent);
    const reference = /^%(?:%|\(([^)]+)\)s)/.exec(rest.slice(percent));
    if (reference === null) {
      const where = rest.slice(percent, percent + 20);
      return fail(scope, `"${scope.name}" has a lone % in "${where}"`, 'write %% for a percent sign');
    }
    const name = reference[1];
    const value = name === undefined ? '%' : resolve(name, depth, scope);
    if (value === undefined) return undefined;
    scope.length += value.length;
    if (scope.length > MAX_VALUE_LENGTH) {
      return fail(
        scope,
        `"${scope.name}" grows beyond ${MAX_VALUE_LENGTH} characters`,
        'break up its %(…)s references',
      );
    }
    result += value;
    rest = rest.slice(percent + reference[0].length);
  }
}

function resolve(reference: string, depth: number, scope: Scope): string | undefined {
  scope.references += 1;
  if (scope.references > MAX_REFERENCES) {
    return fail(scope, `"${scope.name}" has more than ${MAX_REFERENCES} references`, 'break up its %(…)s references');
  }
  const raw = lookUp(reference, scope);
  if (raw === undefined) {
    return fail(
      scope,
      `%(${reference})s in "${scope.name}" is not defined`,
      fail2banHint(reference.toLowerCase()) ?? `define ${reference}, or correct its name`,
    );
  }
  return raw.includes('%') ? expand(raw, depth + 1, scope) : raw;
}

function lookUp(reference: string, { document, section, parameters, used }: Scope): string | undefined {
  const name = reference.toLowerCase();
  used.add(name);
  const plain = parameters.get(name) ?? findOption(document, section, name)?.value;
  if (plain !== undefined) return plain;
  if (name === '__name__') return section;
  const parts = /^([\w-]+)\/(.+)$/s.exec(reference);
  const from = parts?.[1];
  const key = parts?.[2]?.toLowerCase();
  if (from === undefined || key === undefined) return undefined;
  used.add(key);
  const inherited = document.defaults.get(key)?.value;
  switch (from.toLowerCase()) {
    case 'default':
      return inherited;
    case 'known':
      return document.known.get(section)?.get(key)?.value ?? inherited;
    default: {
      const other = document.sections.get(from);
      return other === undefined ? undefined : (other.get(key)?.value ?? inherited);
    }
  }
}

function fail(scope: Scope, message: string, hint: string): undefined {
  scope.problems.push({ file: scope.option.file, line: scope.option.line, message, hint });
  return undefined;
}
