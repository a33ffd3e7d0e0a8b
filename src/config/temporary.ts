/**
 * Settings that the running agent was given for a jail, until it reads its configuration again. They are read as if they
 * stood in the jail's last drop-in. Invariant: they are limits, and whom the jail spares; none reads a file or runs a program.
 */
import type { Parsed, Problem } from '../core/problem.js';
import type { Config } from './config.js';
import { splitWords } from './files/words.js';
import { banKeys } from './keys/keys.js';
import { isSetting } from './overrides.js';
import { parseConfig, type SourceText } from './parse-config.js';

/** Where such a setting comes from, in the place of a file. */
export const TEMPORARY = 'until the next reload';

/** Who may ban and allow whomever they like may set these: they add nothing to that. */
export const temporaryKeys = [
  ...[banKeys.maxretry, banKeys.findtime, banKeys.bantime, banKeys.ignoreip, banKeys.ignoreself, banKeys.usedns],
  ...[banKeys.bantimeIncrement, banKeys.bantimeFactor, banKeys.bantimeMultipliers, banKeys.bantimeMax],
  ...[banKeys.bantimeRandom, banKeys.bantimeAllJails],
] as const;

/** So many words of a jail's lists are kept in memory, at most. */
const MAX_WORDS = 10_000;

/** As the text of a last drop-in. */
export function temporarySource(settings: readonly string[]): SourceText {
  return { path: TEMPORARY, text: ['[Ban]', ...settings].join('\n') };
}

/** The configuration with these settings on top of a jail's files, or all that is wrong with that. */
export function withTemporary(config: Config, name: string, settings: readonly string[]): Parsed<Config> {
  const files = config.texts.jails.find((jail) => jail.name === name);
  if (files === undefined) return { value: undefined, problems: [problem('the jail has no file')] };
  const own = { ...files, texts: [...files.texts, temporarySource(settings)] };
  const { value, problems } = parseConfig({ ...config.texts, jails: [own] });
  const [read] = value.jails;
  const wrong = problems.filter(({ file, severity }) => file === TEMPORARY || severity !== 'warning');
  if (read === undefined || wrong.some(({ severity }) => severity !== 'warning'))
    return { value: undefined, problems: wrong };
  const { settings: limits, spare, usedns } = read;
  const jails = config.jails.map((jail) => (jail.name === name ? { ...jail, settings: limits, spare, usedns } : jail));
  return { value: { ...config, jails }, problems: wrong };
}

/** The settings of a jail once `added` come after those of `before`: of each key what still counts. */
export function joinTemporary(before: readonly string[], added: readonly string[]): Parsed<readonly string[]> {
  const problems = added.flatMap(refusal);
  if (problems.length > 0) return { value: undefined, problems };
  const joined = new Map<string, string>();
  for (const setting of [...before, ...added]) {
    const [key, value] = partsOf(setting);
    const isList = temporaryKeys.some(({ kind, name }) => name === key && kind === 'list');
    if (!isList) joined.delete(key);
    // Of a list, an empty value drops what came before, also what files say.
    if (isList && value === '') for (const other of [...joined.keys()]) if (partsOf(other)[0] === key) joined.delete(other);
    joined.set(isList ? setting : key, setting);
  }
  const value = [...joined.values()];
  if (value.join(' ').split(' ').length <= MAX_WORDS) return { value, problems: [] };
  const hint = 'write the list into a file: IgnoreIP=file:PATH, see f2b.unit(5)';
  return { value: undefined, problems: [{ ...problem(`more than ${MAX_WORDS} words`), hint }] };
}

function refusal(setting: string): readonly Problem[] {
  const [key, value] = partsOf(setting);
  if (!isSetting(setting)) return [problem(`${JSON.stringify(setting.slice(0, 100))} is no KEY=VALUE`)];
  if (!temporaryKeys.some(({ name }) => name === key)) {
    const names = temporaryKeys.map(({ name }) => name).join(', ');
    return [{ ...problem(`${key}= is set in files alone`), hint: `f2bctl set does that; these need none: ${names}` }];
  }
  if (key !== banKeys.ignoreip.name) return [];
  const words = splitWords(value);
  const isFile = words.ok && words.value.some((word) => word.startsWith('file:'));
  const hint = 'a file is named in a drop-in: f2bctl set JAIL IgnoreIP=file:PATH';
  return isFile ? [{ ...problem('IgnoreIP=file:PATH is set in files alone'), hint }] : [];
}

function partsOf(setting: string): readonly [key: string, value: string] {
  const equals = setting.indexOf('=');
  return [setting.slice(0, equals), setting.slice(equals + 1)];
}

function problem(message: string): Problem {
  return { file: '', line: 0, message };
}
