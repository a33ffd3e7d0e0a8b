/**
 * Settings that the running agent was given for a jail, until it reads its configuration again. They are read as if they
 * stood in the jail's last drop-in. Invariant: they are limits, whom the jail spares, and that it stops; none reads a file
 * or runs a program.
 */
import { isError, type Parsed, type Problem } from '../core/problem.js';
import type { Config, SpareConfig } from './config.js';
import type { SourceText } from './config-texts.js';
import { banKeys, jailKeys } from './keys/keys.js';
import { isSetting } from './overrides.js';
import { parseConfig } from './parse-config.js';
import { boolean } from './values/readers.js';

/** Where such a setting comes from, in the place of a file. */
export const TEMPORARY = 'until the next reload';

/** Who may ban and allow whomever they like may set these: they add nothing to that. */
export const temporaryKeys = [
  jailKeys.enabled,
  ...[banKeys.maxretry, banKeys.findtime, banKeys.bantime, banKeys.ignoreip, banKeys.ignoreself, banKeys.usedns],
  ...[banKeys.bantimeIncrement, banKeys.bantimeFactor, banKeys.bantimeMultipliers, banKeys.bantimeMax],
  ...[banKeys.bantimeRandom, banKeys.bantimeAllJails],
] as const;

/** So many words a jail has at most: they are told with each status. */
const MAX_WORDS = 1_000;

/** As the text of a last drop-in. */
export function temporarySource(settings: readonly string[]): SourceText {
  const isOfJail = (setting: string) => partsOf(setting)[0] === jailKeys.enabled.name;
  const limits = settings.filter((setting) => !isOfJail(setting));
  return { path: TEMPORARY, text: ['[Jail]', ...settings.filter(isOfJail), '[Ban]', ...limits].join('\n') };
}

/** Whether a jail with these settings is stopped by them. */
export function isStopped(settings: readonly string[] = []): boolean {
  const last = settings.map(partsOf).findLast(([key]) => key === jailKeys.enabled.name);
  const read = last && boolean(last[1]);
  return read?.ok === true && !read.value;
}

/** The configuration with these settings on top of a jail's files, or all that is wrong with that. */
export function withTemporary(config: Config, name: string, settings: readonly string[]): Parsed<Config> {
  const files = config.texts.jails.find((jail) => jail.name === name);
  if (files === undefined) return { value: undefined, problems: [problem('the jail has no file')] };
  const own = { ...files, texts: [...files.texts, temporarySource(settings)] };
  const { value, problems } = parseConfig({ ...config.texts, jails: [own] });
  const [read] = value.jails;
  const before = config.jails.find((jail) => jail.name === name);
  if (read === undefined || before === undefined) return { value: undefined, problems };
  const wrong = [
    ...problems.filter((one) => one.file === TEMPORARY || isError(one)),
    ...otherFiles(before.spare, read.spare),
  ];
  if (wrong.some(isError)) return { value: undefined, problems: wrong };
  const { enabled, settings: limits, spare, usedns } = read;
  const given = { enabled, settings: limits, spare, usedns };
  const jails = config.jails.map((jail) => (jail.name === name ? { ...jail, ...given } : jail));
  return { value: { ...config, jails }, problems: wrong };
}

/** The settings of a jail once `added` come after those of `before`: of each key what still counts. */
export function joinTemporary(before: readonly string[], added: readonly string[]): Parsed<readonly string[]> {
  const problems = added.flatMap(refusal);
  if (problems.length > 0) return { value: undefined, problems };
  const joined = added.reduce(joinOne, before);
  if (joined.join(' ').split(' ').length <= MAX_WORDS) return { value: joined, problems: [] };
  const hint = 'write the list into a file: IgnoreIP=file:PATH, see f2b.unit(5)';
  return { value: undefined, problems: [{ ...problem(`more than ${MAX_WORDS} words`), hint }] };
}

function joinOne(before: readonly string[], setting: string): readonly string[] {
  const [key, value] = partsOf(setting);
  // An empty value drops what a list held.
  const isWhole = value === '' || !isList(key);
  return [...before.filter((other) => other !== setting && !(isWhole && partsOf(other)[0] === key)), setting];
}

function isList(key: string): boolean {
  return temporaryKeys.some(({ kind, name }) => name === key && kind === 'list');
}

function refusal(setting: string): readonly Problem[] {
  const [key] = partsOf(setting);
  if (!isSetting(setting)) return [problem(`${JSON.stringify(setting.slice(0, 100))} is no KEY=VALUE`)];
  if (!temporaryKeys.some(({ name }) => name === key)) {
    const names = temporaryKeys.map(({ name }) => name).join(', ');
    return [{ ...problem(`${key}= is set in files alone`), hint: `f2bctl set does that; these need none: ${names}` }];
  }
  return [];
}

/** A file whose addresses the jail does not spare already. */
function otherFiles(before: SpareConfig, after: SpareConfig): readonly Problem[] {
  const isOther = (word: string) => word.startsWith('file:') && !before.ignoreip.includes(word);
  const hint = 'a file is named in a drop-in: f2bctl set JAIL IgnoreIP=file:PATH';
  return after.ignoreip.some(isOther) ? [{ ...problem('IgnoreIP=file:PATH is set in files alone'), hint }] : [];
}

function partsOf(setting: string): readonly [key: string, value: string] {
  const equals = setting.indexOf('=');
  return [setting.slice(0, equals), setting.slice(equals + 1)];
}

function problem(message: string): Problem {
  return { file: '', line: 0, message };
}
