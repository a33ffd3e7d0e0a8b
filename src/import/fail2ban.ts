/**
 * fail2ban's jails as fail2ban reads them: jail.conf, jail.d, jail.local and what they include, with interpolation.
 * Invariant: each problem is told once, with its file and line, and costs the one value that has it.
 */
import type { Parsed, Problem } from '../core/problem.js';
import { type IniDocument, mergeLayers } from '../filter/ini/document.js';
import { interpolate } from '../filter/ini/interpolate.js';
import { type FilterSource, readLayers } from '../filter/ini/layers.js';
import type { IniOption } from '../filter/ini/parse.js';
import { isTrue } from '../filter/ini/truth.js';

/** One option of a jail. */
export interface JailOption {
  readonly name: string;
  /** As it is written, for what only a filter can interpolate. */
  readonly raw: string;
  /** Undefined when it cannot be interpolated. */
  readonly value: string | undefined;
  /** `FILE:LINE` */
  readonly place: string;
  /** Whether the jail's own section has it, not [DEFAULT]. */
  readonly isOwn: boolean;
  /** Whether it stands in a file that comes with fail2ban. */
  readonly isStock: boolean;
  /** Whether a setting of fail2ban's own has its value in it. */
  readonly isReferredTo: boolean;
  /** Why there is no value. */
  readonly problems: readonly Problem[];
}

export interface Fail2banJail {
  readonly name: string;
  readonly options: ReadonlyMap<string, JailOption>;
}

export interface Fail2banJails {
  readonly jails: readonly Fail2banJail[];
  /** [DEFAULT], as if it were one. */
  readonly defaults: Fail2banJail;
}

/** Injected by fail2ban itself. */
const given = (directory: string) =>
  new Map([
    ['fail2ban_version', '1.1.0'],
    ['fail2ban_confpath', directory],
  ]);

/** What fail2ban reads of a jail (_configOpts of its jailreader.py and filterreader.py); all else is there to be referred to. */
export const SETTINGS: readonly string[] = [
  ...['enabled', 'backend', 'filter', 'action', 'maxretry', 'maxmatches', 'findtime', 'bantime'],
  ...['increment', 'factor', 'formula', 'multipliers', 'maxtime', 'rndtime', 'overalljails'].map(
    (name) => `bantime.${name}`,
  ),
  ...['ignorecommand', 'ignoreself', 'ignoreip', 'ignorecache', 'logtimezone', 'logencoding', 'logpath'],
  ...['skip_if_nologs', 'systemd_if_nologs'],
  ...['usedns', 'prefregex', 'ignoreregex', 'failregex', 'maxlines', 'datepattern', 'journalmatch'],
];

const STOCK_FILE = /^\/(?:jail|fail2ban|paths-[\w-]+)\.conf$/;
/** Of fail2ban.conf. */
const SERVER_SECTIONS = ['Definition', 'Thread'] as const;

/** The jails in `directory`. Undefined when there is no jail file at all, or none that can be read, which are the problems. */
export function readJails(directory: string, files: Omit<FilterSource, 'path'>): Parsed<Fail2banJails | undefined> {
  const layers = readLayers(`${directory}/jail`, { ...files, path: [directory] });
  const unreadable = unread(directory, 'jail', files);
  if (layers.value === undefined) return { value: undefined, problems: unreadable };
  const document = mergeLayers(layers.value);
  const titles = [...document.sections.keys()].filter((title) => title !== 'INCLUDES');
  return {
    value: {
      jails: titles.map((title) => jailOf(title, document, directory)),
      defaults: jailOf('DEFAULT', document, directory),
    },
    problems: [...unreadable, ...layers.problems],
  };
}

/** Files of `NAME.conf`, NAME.d and NAME.local that are in their folder and have no text: fail2ban would have read them. */
function unread(directory: string, name: string, { list, read }: Omit<FilterSource, 'path'>): readonly Problem[] {
  const inFolder = (folder: string) => (list?.(folder) ?? []).map((file) => `${folder}/${file}`);
  const main = inFolder(directory).filter((path) =>
    ['conf', 'local'].some((end) => path === `${directory}/${name}.${end}`),
  );
  const dropIns = inFolder(`${directory}/${name}.d`).filter((path) => /\/[^./][^/]*\.(?:conf|local)$/.test(path));
  return [...main, ...dropIns]
    .filter((path) => read(path) === undefined)
    .map((file) => ({
      ...{ file, line: 0, message: 'is there and cannot be read: nothing of it is carried over' },
      hint: `see what it is (ls -lL ${file}), mend or remove it, and import again`,
    }));
}

/** What fail2ban.conf, fail2ban.d and fail2ban.local in `directory` say of fail2ban itself; nothing without them. */
export function readServer(directory: string, files: Omit<FilterSource, 'path'>): Parsed<readonly JailOption[]> {
  const layers = readLayers(`${directory}/fail2ban`, { ...files, path: [directory] });
  const unreadable = unread(directory, 'fail2ban', files);
  if (layers.value === undefined) return { value: [], problems: unreadable };
  const document = mergeLayers(layers.value);
  const options = SERVER_SECTIONS.flatMap((title) => [...jailOf(title, document, directory).options.values()]);
  return {
    value: [...new Map(options.map((option) => [option.name, option])).values()],
    problems: [...unreadable, ...layers.problems],
  };
}

/** An option of a filter of fail2ban's; undefined when it has none, or is not there. */
export function readFilterOption(
  filter: string,
  option: string,
  { directory, files }: { readonly directory: string; readonly files: Omit<FilterSource, 'path'> },
): JailOption | undefined {
  const folder = `${directory}/filter.d`;
  const { value } = readLayers(`${folder}/${filter}`, { ...files, path: [folder] });
  return value && jailOf('Definition', mergeLayers(value), directory).options.get(option);
}

function jailOf(name: string, document: IniDocument, directory: string): Fail2banJail {
  const own = document.sections.get(name) ?? new Map<string, IniOption>();
  const names = new Set([...own.keys(), ...document.defaults.keys()]);
  const usedBySettings = new Set<string>();
  const options = [...names].flatMap((key): [string, JailOption][] => {
    const option = own.get(key) ?? document.defaults.get(key);
    if (option === undefined) return [];
    const problems: Problem[] = [];
    const used = new Set<string>();
    const value = interpolate(document, name, key, given(directory), { used, problems });
    if (SETTINGS.includes(key)) for (const other of used) usedBySettings.add(other);
    const place = `${option.file}:${option.line}`;
    const isStock = STOCK_FILE.test(option.file.slice(directory.length));
    const isOwn = own.has(key);
    return [[key, { name: key, raw: option.value, value, place, isOwn, isStock, isReferredTo: false, problems }]];
  });
  const isReferredTo = (key: string) => usedBySettings.has(key);
  return { name, options: new Map(options.map(([key, one]) => [key, { ...one, isReferredTo: isReferredTo(key) }])) };
}

/** fail2ban's `enabled`, which is Python's boolean of a configuration file. */
export function isEnabled({ options }: Fail2banJail): boolean {
  return isTrue(options.get('enabled')?.value ?? 'false');
}
