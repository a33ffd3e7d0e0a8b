/** One jail of fail2ban's as files of f2b's, and what became of each of its options. */
import { valueProblem } from '../config/keys/value-problem.js';
import type { ServiceLookup } from '../config/values/services.js';
import type { Problem } from '../core/problem.js';
import { importActions, letsIn } from './actions.js';
import { type Fail2banJail, type JailOption, readFilterOption, SETTINGS } from './fail2ban.js';
import type { Filters } from './filter-files.js';
import { type Answer, carried, type Finding, type Line, notNeeded, notPossible } from './finding.js';
import { growthOf } from './growth.js';
import type { ImportedFile } from './imported-file.js';
import { type JailFilter, jailFilter, type Told } from './jail-filter.js';
import { limits } from './limits.js';
import type { TakenNames } from './other-actions.js';
import { finding, otherAnswer, unreadAnswer } from './other-options.js';
import { filterAnswer, filterOf, headOf, type NamedFilter, PATTERN_OPTIONS, patternAnswer } from './own-filter.js';
import { namesFiles, readingOfFiles, readingOfMatch, type ShippedJail, type WrittenFiles } from './reading.js';

export interface ImportedJail {
  /** In fail2ban and in f2b. */
  readonly from: string;
  readonly name: string;
  readonly files: readonly ImportedFile[];
  readonly findings: readonly Finding[];
}

export interface Known extends Filters {
  readonly shipped: readonly ShippedJail[];
  readonly services: ServiceLookup;
  readonly written: WrittenFiles;
}

/** Settings of [DEFAULT] that mean nothing here, whatever the jail. */
const TOLD_ONCE: readonly string[] = [
  ...['backend', 'maxmatches', 'ignorecache', 'logtimezone', 'logencoding', 'skip_if_nologs', 'systemd_if_nologs'],
];
/** Of [DEFAULT], only these are told of with each jail. */
export const INHERITED: readonly string[] = SETTINGS.filter((name) => !TOLD_ONCE.includes(name));
/** What fail2ban's own jail.conf says for all jails, while each jail that f2b ships has what suits its service. */
const STOCK_DEFAULTS: Readonly<Record<string, string>> = {
  bantime: '10m',
  findtime: '10m',
  maxretry: '5',
  usedns: 'warn',
};
/** `taken`: by the jails before it. */
export function importJail(jail: Fail2banJail, known: Known, taken: TakenNames): Told<ImportedJail> {
  const named = filterOf(jail);
  const own = shippedFor(jail, named?.name, known);
  const told = [...ownOptions(jail), ...(own === undefined ? matchOfFilter(jail, named?.name, known) : [])];
  const refused = (why: string, problems: readonly Problem[] = []) => ({
    value: {
      ...{ from: jail.name, name: own?.name ?? jail.name, files: [] },
      findings: told.map((option) => finding(option, notPossible(why))),
    },
    problems,
  });
  if (named === undefined || !/^(?!\.)[\w@.:-]+$/.test(jail.name))
    return refused('the jail names no filter, or has a name that no file can have: nothing of it is written');
  if (letsIn(jail))
    return refused('whom it names is let in, while a jail here shuts out, so nothing of it is written: f2bctl allow');
  const needsNone = own?.filter === '';
  const { value: filter, problems } = needsNone
    ? { value: unneeded(named), problems: [] }
    : jailFilter(jail, named, known);
  if (typeof filter === 'string') return refused(filter, problems);
  const { findings, files } = converted(jail, told, { own, filter, known, taken });
  if (
    own === undefined &&
    !findings.some(({ lines }) => lines.some(({ key }) => key === 'Unit' || key === 'Container'))
  )
    return refused(
      `nothing says which unit it is about, so nothing of it is written: f2bctl edit --full, with Unit= and Filter=${named.name}`,
      problems,
    );
  return { value: { from: jail.name, name: own?.name ?? jail.name, findings, files }, problems };
}

/** Of a jail that is fed by bans. */
function unneeded(named: NamedFilter): JailFilter {
  return { name: named.name, named, dropped: [], files: [] };
}
/** The shipped jail that it becomes: that of its name, or of its filter if it reads what that one reads. */
function shippedFor(
  jail: Fail2banJail,
  filter: string | undefined,
  { shipped, written }: Known,
): ShippedJail | undefined {
  const ofName = shipped.find(({ name }) => name === jail.name);
  if (ofName !== undefined) return ofName;
  const isOfFilter = filter === jail.name || readsUnitsOf(jail, written);
  return isOfFilter ? shipped.find((known) => filter !== undefined && known.filter === filter) : undefined;
}

/** What is told of: its own settings, and those of [DEFAULT] that are a jail's. */
function ownOptions({ options }: Fail2banJail): readonly JailOption[] {
  return [...options.values()].filter(({ name, isOwn }) => isOwn || INHERITED.includes(name));
}

/** What fail2ban's filter says of the entries that it is for, where the jail reads the journal and says nothing itself. */
function matchOfFilter({ options }: Fail2banJail, filter: string | undefined, known: Known): readonly JailOption[] {
  if (filter === undefined || !isSystemd(options) || options.has('journalmatch')) return [];
  const match = readFilterOption(filter, 'journalmatch', known);
  return match === undefined ? [] : [match];
}

/** What the options of one jail depend on. */
interface Circumstances {
  readonly own: ShippedJail | undefined;
  readonly filter: JailFilter;
  readonly known: Known;
  readonly taken: TakenNames;
}

/** What becomes of each option, and the files that say so. */
function converted(
  jail: Fail2banJail,
  told: readonly JailOption[],
  circumstances: Circumstances,
): Pick<ImportedJail, 'findings' | 'files'> {
  const { own, filter, known, taken } = circumstances;
  const isOfJournal = isSystemd(jail.options);
  const logpath = jail.options.get('logpath');
  const reading = readingOfFiles(logpath?.value ?? '', jail.name, { shipped: own, written: known.written });
  const action = importActions(jail, known, taken);
  const answers = answersOf(circumstances, { action: action.answer, files: reading.answer, isOfJournal });
  const growth = growthOf(jail);
  const answer = (option: JailOption): Answer => {
    const { name, value } = option;
    if (PATTERN_OPTIONS.includes(name)) return own?.filter === '' ? NO_FILTER : patternAnswer(filter.name);
    if (own !== undefined && isStockDefault(option))
      return notNeeded('a default of fail2ban that nobody changed; the shipped jail has what suits its service');
    if (value === undefined) return unreadAnswer(option);
    const convert = answers[name] ?? growth.get(name) ?? limits.get(name);
    return convert?.(value) ?? otherAnswer(option, value, { filter: filter.named.name, isOfJournal });
  };
  const findings = told.map((option) => finding(option, accepted(answer(option))));
  const tail = isOfJournal || reading.tail === undefined ? undefined : `${placed(logpath)}${reading.tail}`;
  const place = placed(jail.options.get('action'));
  const unit = own === undefined ? `units/${jail.name}.conf` : `units/${own.name}.conf.d/40-fail2ban.conf`;
  return {
    findings,
    files: [
      ...filter.files,
      ...withHeads(jail.name, [
        ...action.actions.map(({ name, text }) => [`actions/${name}.conf`, `${place}${text}`] as const),
        [`tail/${jail.name}.conf`, tail],
        [unit, sectionsOf(findings)],
      ]),
    ],
  };
}

/** What the agent would refuse in a file is not written, and why is told. */
function accepted(answer: Answer): Answer {
  for (const { section, key, value } of answer.lines) {
    const problem = value === '' ? undefined : valueProblem(section, key, value);
    if (problem !== undefined) return notPossible([problem.message, problem.hint ?? []].flat().join('; '));
  }
  return answer;
}

/** Those that have a text, each with where it is from. */
function withHeads(
  jail: string,
  files: readonly (readonly [path: string, text: string | undefined])[],
): readonly ImportedFile[] {
  return files.flatMap(([path, text]) => (text === undefined ? [] : [{ path, text: `${headOf(jail)}${text}` }]));
}

function placed(option: JailOption | undefined): string {
  return option === undefined ? '' : `# ${option.name} in ${option.place}\n`;
}

const NO_FILTER = notNeeded('the shipped jail needs no filter');

/** By the names of options that have no key of their own. */
function answersOf(
  { own, filter }: Circumstances,
  { action, files, isOfJournal }: { readonly action: Answer; readonly files: Answer; readonly isOfJournal: boolean },
): Readonly<Record<string, (value: string) => Answer>> {
  return {
    enabled: () => carried('Jail', 'Enabled', 'yes'),
    filter: () => (own?.filter === '' ? NO_FILTER : filterAnswer(filter)),
    action: () => action,
    logpath: () => (isOfJournal ? notNeeded('with backend = systemd fail2ban does not read it either') : files),
    journalmatch: (value) => readingOfMatch(value, own),
  };
}

/** Without a place of its own it can only be about what the shipped jail of its filter reads. */
function readsUnitsOf({ options }: Fail2banJail, written: WrittenFiles): boolean {
  if (options.get('journalmatch')?.isOwn === true) return false;
  const logpath = options.get('logpath')?.value ?? '';
  return isSystemd(options) || (logpath.trim() !== '' && !namesFiles(logpath, written));
}

function isSystemd(options: Fail2banJail['options']): boolean {
  return (options.get('backend')?.value ?? '').startsWith('systemd');
}

function isStockDefault({ name, value, isOwn, isStock }: JailOption): boolean {
  return isStock && !isOwn && value !== undefined && STOCK_DEFAULTS[name] === value;
}

/** The lines of the findings by section, each with where it came from. */
export function sectionsOf(findings: readonly Finding[]): string {
  const of = (section: Line['section']): readonly string[] =>
    findings.flatMap(({ lines, option, place }) => {
      const own = lines.filter((line) => line.section === section).map(({ key, value }) => `${key}=${value}`);
      return own.length === 0 ? [] : [`# ${option} in ${place}`, ...own];
    });
  return (['Jail', 'Journal', 'Ban'] as const)
    .flatMap((section) => (of(section).length === 0 ? [] : [`\n[${section}]`, ...of(section)]))
    .join('\n')
    .concat('\n');
}
