/** From the lines of `datepattern` to the list of templates that are tried, with fail2ban's usual formats. */
import { type DateTemplate, epochTemplate, type MadeTemplate, patternTemplate, tai64nTemplate } from './template.js';

/** The usual ways of writing a date, the likely ones first. */
const usualPatterns: readonly string[] = [
  // ISO 8601 and its kin: 2005-01-23T21:59:59.981746+01:00, 2005/01/23 21:59:59, 2006.12.21 06:43:20
  '%ExY(?P<_sep>[-/.])%m(?P=_sep)%d(?:T|  ?)%H:%M:%S(?:[.,]%f)?(?:\\s*%z)?',
  // syslog and asctime: Jan 23 21:59:59, Sun Jan 23 21:59:59.011 2005
  '(?:%a )?%b %d %k:%M:%S(?:\\.%f)?(?: %ExY)?',
  // Sun Jan 23 2005 21:59:59.011
  '(?:%a )?%b %d %ExY %k:%M:%S(?:\\.%f)?',
  // 23/01/2005 21:59:59, 23-01-05 21:59:59
  '%d(?P<_sep>[-/])%m(?P=_sep)(?:%ExY|%Exy) %k:%M:%S',
  // Apache and named: 31/Oct/2006:09:22:55 -0000, 26-Jul-2007 15:20:52.252
  '%d(?P<_sep>[-/])%b(?P=_sep)%ExY[ :]?%H:%M:%S(?:\\.%f)?(?: %z)?',
  // cPanel: 05/20/2008:01:57:39
  '%m/%d/%ExY:%H:%M:%S',
  // 01-27-2012 16:22:44.252
  '%m-%d-%ExY %k:%M:%S(?:\\.%f)?',
  'EPOCH',
  '{^LN-BEG}%H:%M:%S',
  // <09/16/08@05:03:30>
  '^<%m/%d/%Exy@%H:%M:%S>',
  // MySQL: 130322 11:46:11
  '%Exy%Exm%Exd  ?%H:%M:%S',
  // Tomcat: Apr 27, 2013 2:33:06 PM
  '%b %d, %ExY %I:%M:%S %p',
  // ASSP: Apr-27-13 02:33:06
  '^%b-%d-%Exy %k:%M:%S',
  // 20050123T215959
  '%ExY%Exm%Exd(?:T|  ?)%ExH%ExM%ExS(?:[.,]%f)?(?:\\s*%z)?',
  // monit: PDT Apr 16 21:05:29
  '(?:%Z )?(?:%a )?%b %d %k:%M:%S(?:\\.%f)?(?: %ExY)?',
  // +00:00 Jan 23 21:59:59.011 2005
  '(?:%z )?(?:%a )?%b %d %k:%M:%S(?:\\.%f)?(?: %ExY)?',
  'TAI64N',
];

const lineBegin = '{^LN-BEG}';

/** A template and how much its hits count: those tied to the line's beginning are preferred. */
export interface WeighedTemplate {
  readonly template: DateTemplate;
  readonly weight: number;
}

export interface TemplateList {
  readonly templates: readonly WeighedTemplate[];
  readonly problems: readonly string[];
  /** Some are made of a pattern that a person wrote, and may be slow. The usual ones take time as the line is long. */
  readonly hasOwn: boolean;
}

/** The list for these lines of `datepattern`, without duplicates; `year` is the current one. */
export function templatesOf(patterns: readonly string[], year: number): TemplateList {
  const templates = new Map<string, WeighedTemplate>();
  const problems: string[] = [];
  let hasOwn = false;
  for (const pattern of patterns.length === 0 ? ['{DEFAULT}'] : patterns) {
    const expanded = expand(pattern, year);
    problems.push(...problemsOf(expanded, pattern, year).map((problem) => `datepattern "${pattern}": ${problem}`));
    hasOwn ||= expanded.isOwn;
    for (const made of expanded.made) {
      if (!templates.has(made.template.name)) templates.set(made.template.name, made);
    }
  }
  return { templates: [...templates.values()], problems, hasOwn };
}

/** The usual templates are known to be right and are not compiled before they are used. */
function problemsOf({ made, isOwn }: Expanded, pattern: string, year: number): readonly string[] {
  if (!isOwn) return [];
  if (made.length > 0) return made.flatMap(({ template }) => template.problem() ?? []).slice(0, 1);
  const unmade = templateOf(pattern, year);
  return 'problem' in unmade ? [unmade.problem] : [];
}

interface Expanded {
  readonly made: readonly WeighedTemplate[];
  /** Made of a pattern that a person wrote. */
  readonly isOwn: boolean;
}

function expand(pattern: string, year: number): Expanded {
  const key = pattern.includes('%') ? pattern : pattern.toUpperCase();
  if (key === '{DEFAULT}') return { made: usual(year), isOwn: false };
  if (key === lineBegin) return { made: usual(year).filter(({ template }) => template.atLineStart), isOwn: false };
  if (key.includes('{DATE}')) return { made: around(pattern, year), isOwn: true };
  return { made: weigh(templateOf(key === '{NONE}' ? '{UNB}^' : pattern, year), 1), isOwn: true };
}

/** All usual patterns tied to the line's beginning, then all of them as they are. */
function usual(year: number): readonly WeighedTemplate[] {
  const tied = usualPatterns.filter((pattern) => !pattern.startsWith(lineBegin) && !pattern.startsWith('^'));
  return [
    ...tied.flatMap((pattern) => weigh(templateOf(lineBegin + pattern, year), 100)),
    ...usualPatterns.flatMap((pattern) => weigh(templateOf(pattern, year), 1)),
  ];
}

/** The usual patterns, each in the place of {DATE}. */
function around(pattern: string, year: number): readonly WeighedTemplate[] {
  return usualPatterns
    .map((inner) => pattern.replace(/(?<!\\)\{DATE\}/gi, () => inner.replace(lineBegin, '')))
    .flatMap((whole) => weigh(templateOf(whole, year), 1));
}

function weigh(made: MadeTemplate, weight: number): readonly WeighedTemplate[] {
  return 'template' in made ? [{ template: made.template, weight }] : [];
}

function templateOf(pattern: string, year: number): MadeTemplate {
  const key = pattern.includes('%') ? pattern : pattern.toUpperCase();
  if (/(?<!\\)\{L?EPOCH\}/i.test(pattern)) return epochTemplate(pattern, key.includes('LEPOCH'), 'anywhere', pattern);
  const parts = /^(\{\^LN-BEG\}|\^)?(L?EPOCH|TAI64N)$/.exec(key);
  if (parts === null) return patternTemplate(pattern, year);
  const at = parts[1] === undefined ? 'anywhere' : 'line';
  return parts[2] === 'TAI64N' ? tai64nTemplate(key, at) : epochTemplate(key, parts[2] === 'LEPOCH', at);
}
