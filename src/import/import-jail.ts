/** One jail of fail2ban's as files of f2b's, and what became of each of its options. */
import { fail2banAnswer } from '../config/keys/fail2ban-keys.js';
import type { ServiceLookup } from '../config/values/services.js';
import { nearest } from '../filter/nearest.js';
import { importActions, letsIn } from './actions.js';
import { type Fail2banJail, type JailOption, readFilterOption } from './fail2ban.js';
import { type Answer, carried, type Finding, type Line, notNeeded, notPossible } from './finding.js';
import { limits } from './limits.js';
import type { ActionPlaces, TakenNames } from './other-actions.js';
import {
  filterAnswer,
  filterOf,
  filterWithPatterns,
  type NamedFilter,
  PATTERN_OPTIONS,
  patternAnswer,
} from './own-filter.js';
import { namesFiles, readingOfFiles, readingOfMatch, type ShippedJail, type WrittenFiles } from './reading.js';

/** A file to be written, with its path below the folder of the configuration. */
export interface ImportedFile {
  readonly path: string;
  readonly text: string;
}

export interface ImportedJail {
  /** In fail2ban and in f2b. */
  readonly from: string;
  readonly name: string;
  /** The filter that fail2ban has for it; empty when none is needed, or nothing is written. */
  readonly filter: string;
  readonly files: readonly ImportedFile[];
  readonly findings: readonly Finding[];
}

export interface Known extends ActionPlaces {
  readonly shipped: readonly ShippedJail[];
  readonly services: ServiceLookup;
  readonly written: WrittenFiles;
}

/** Of [DEFAULT], only these are a jail's settings; the others are there to be referred to. */
const INHERITED: readonly string[] = [
  'enabled',
  ...limits.keys(),
  'filter',
  'action',
  'logpath',
  'journalmatch',
  ...PATTERN_OPTIONS,
];
/** What fail2ban's own jail.conf says for all jails, while each jail that f2b ships has what suits its service. */
const STOCK_DEFAULTS: Readonly<Record<string, string>> = {
  bantime: '10m',
  findtime: '10m',
  maxretry: '5',
  usedns: 'warn',
};
/** Parts of `filter` and `action`, which are reported there. */
const PARTS: readonly string[] = ['mode', 'port', 'protocol', 'chain', 'banaction', 'banaction_allports'];

/** `taken`: by the jails before it. */
export function importJail(jail: Fail2banJail, known: Known, taken: TakenNames): ImportedJail {
  const filter = filterOf(jail);
  const own = shippedFor(jail, filter?.name, known);
  const name = own?.name ?? jail.name;
  const told = [...ownOptions(jail), ...(own === undefined ? matchOfFilter(jail, filter?.name, known) : [])];
  const refused = (why: string): ImportedJail => ({
    from: jail.name,
    name,
    filter: '',
    files: [],
    findings: told.map((option) => finding(option, notPossible(why))),
  });
  if (filter === undefined || !/^(?!\.)[\w@.:-]+$/.test(jail.name))
    return refused('the jail names no filter, or has a name that no file can have: nothing of it is written');
  if (letsIn(jail))
    return refused('whom it names is let in, while a jail here shuts out, so nothing of it is written: f2bctl allow');
  const patterns = filterWithPatterns(jail, filter.name);
  const ownFilter = patterns === undefined ? filter.name : `${jail.name}-own`;
  const isOfJournal = isSystemd(jail.options);
  const files = readingOfFiles(jail.options.get('logpath')?.value ?? '', jail.name, {
    shipped: own,
    written: known.written,
  });
  const { answer: action, actions } = importActions(jail, known, taken);
  const answers = answersOf({ own, filter, ownFilter, action, files: files.answer, isOfJournal });
  const answer = (option: JailOption): Answer => {
    if (PATTERN_OPTIONS.includes(option.name)) return patternAnswer(ownFilter);
    if (own !== undefined && isStockDefault(option))
      return notNeeded('a default of fail2ban that nobody changed; the shipped jail has what suits its service');
    if (option.value === undefined) return notPossible(option.problems.map(({ message }) => message).join('; '));
    const convert = answers[option.name]?.(option.value) ?? limits.get(option.name)?.(option.value);
    return convert ?? otherwise(option, option.value, filter.name);
  };
  const findings = told.map((option) => finding(option, answer(option)));
  if (own === undefined && !findings.some(({ lines }) => lines.some(({ key }) => key === 'Unit')))
    return refused(
      `nothing says which unit it is about, so nothing of it is written: f2bctl edit --full, with Unit= and Filter=${filter.name}`,
    );
  const unit = own === undefined ? `units/${name}.conf` : `units/${name}.conf.d/40-fail2ban.conf`;
  return {
    from: jail.name,
    name,
    filter: own?.filter === '' && patterns === undefined ? '' : filter.name,
    findings,
    files: withHeads(jail.name, [
      [`filters/${ownFilter}.conf`, patterns],
      ...actions.map(({ name: action, text }) => [`actions/${action}.conf`, text] as const),
      [`tail/${jail.name}.conf`, isOfJournal ? undefined : files.tail],
      [unit, sectionsOf(findings)],
    ]),
  };
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

/** Those that have a text, each with where it is from. */
function withHeads(
  jail: string,
  files: readonly (readonly [path: string, text: string | undefined])[],
): readonly ImportedFile[] {
  const head = `# Made by f2bctl import from fail2ban's jail [${jail}].\n`;
  return files.flatMap(([path, text]) => (text === undefined ? [] : [{ path, text: `${head}${text}` }]));
}

/** What the options of one jail depend on. */
interface Circumstances {
  readonly own: ShippedJail | undefined;
  readonly filter: NamedFilter;
  readonly ownFilter: string;
  /** What becomes of `action`. */
  readonly action: Answer;
  /** What becomes of `logpath`. */
  readonly files: Answer;
  readonly isOfJournal: boolean;
}

/** By the names of options that have no key of their own. */
function answersOf(jail: Circumstances): Readonly<Record<string, (value: string) => Answer>> {
  const { own, filter, ownFilter, action, files, isOfJournal } = jail;
  return {
    enabled: () => carried('Jail', 'Enabled', 'yes'),
    filter: () => (own?.filter === '' ? notNeeded('the shipped jail needs none') : filterAnswer(ownFilter, filter)),
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

/** Of [DEFAULT], what belongs to no jail alone and somebody wrote himself. */
export function defaultFindings({ options }: Fail2banJail): readonly Finding[] {
  return [...options.values()]
    .filter(({ name, isStock }) => !isStock && !INHERITED.includes(name))
    .map((option) => finding(option, otherwise(option, option.value ?? option.raw, '')));
}

/** Of fail2ban itself, what somebody wrote himself. */
export function serverFindings(options: readonly JailOption[]): readonly Finding[] {
  return options.filter(({ isStock }) => !isStock).map((option) => finding(option, ofServer(option)));
}

function ofServer({ name, value, problems }: JailOption): Answer {
  if (value === undefined) return notPossible(problems.map(({ message }) => message).join('; '));
  const hint = fail2banAnswer(name, value, '');
  if (hint?.startsWith('drop it')) return notNeeded(hint.replace(/^drop it: /, ''));
  return notPossible(hint ?? 'fail2ban has no such setting, or f2b none like it: see f2b.conf(5)');
}

function otherwise({ name, isReferredTo, isStock }: JailOption, value: string, filter: string): Answer {
  if (PARTS.includes(name)) return notNeeded('it is part of action or filter, see there');
  const hint = fail2banAnswer(name, value, filter);
  if (hint?.startsWith('drop it')) return notNeeded(hint.replace(/^drop it: /, ''));
  if (hint !== undefined) return notPossible(hint);
  if (isReferredTo || isStock) return notNeeded('fail2ban has no such setting; what refers to it has its value');
  const meant = nearest(name, [...INHERITED, ...PARTS, 'backend', 'ignorecache', 'maxmatches']);
  const otherwise = meant === undefined ? '' : `; did you mean ${meant}?`;
  return notPossible(
    `fail2ban has no such setting, and nothing refers to it${otherwise}; an option of the filter is Filter=${filter}[${name}=…]`,
  );
}

function finding({ name, raw, value, place }: JailOption, answer: Answer): Finding {
  return { ...answer, option: name, value: value ?? raw, place };
}

/** The lines of the findings by section, each with where it came from. */
function sectionsOf(findings: readonly Finding[]): string {
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
