/** From the configuration on disk to jails ready to work: all of it is good, or nothing of it is taken over. */

import type { Config } from '../config/config.js';
import { refusal } from '../config/configuration-check.js';
import { formatProblem, isError, type Parsed } from '../core/problem.js';
import type { JailSettings } from '../core/settings.js';
import { F2bError } from '../errors.js';
import { type FilterSource, loadJails } from './load-jails.js';
import type { RunningJail } from './reading/running-jail.js';

/** The most problems that are told in one line. */
const MOST_TOLD = 3;

/** Where the configuration and the filters come from. */
export interface ConfigSources extends FilterSource {
  readonly loadConfig: () => Promise<Parsed<Config>>;
  /** Told what is not wrong enough to refuse the configuration. */
  readonly warn: (text: string) => void;
}

/** A configuration that was found good, with its jails' filters loaded. */
export interface LoadedConfig {
  readonly config: Config;
  readonly jails: readonly RunningJail[];
}

interface LoadOptions {
  /** What to do about a wrong one, when it is not for the agent. */
  readonly hint?: string;
  readonly ending?: AbortSignal;
}

/**
 * Reads the configuration and loads every filter: nothing of it when anything is an error. Rejects with the reason of
 * `ending` once that aborts.
 */
export async function readConfiguration(
  sources: FilterSource & Pick<ConfigSources, 'loadConfig'>,
  ending?: AbortSignal,
): Promise<Parsed<LoadedConfig>> {
  const config = await sources.loadConfig();
  const jails = config.value === undefined ? undefined : await loadJails(config.value, sources, ending);
  const problems = [...config.problems, ...(jails?.problems ?? [])];
  const isGood = config.value !== undefined && jails?.value !== undefined && !problems.some(isError);
  return { value: isGood ? { config: config.value, jails: jails.value } : undefined, problems };
}

/** The same; rejects with CONFIG_INVALID and all problems, one a line. */
export async function loadConfiguration(
  sources: ConfigSources,
  { hint, ending }: LoadOptions = {},
): Promise<LoadedConfig> {
  const { value, problems } = await readConfiguration(sources, ending);
  if (value === undefined) throw refusal(problems, hint);
  if (problems.length > 0) sources.warn(problems.map(formatProblem).join('\n'));
  return value;
}

/** A refused configuration as a problem of the agent that goes on with another one. */
export function goingOnWith(other: string, refused: F2bError): F2bError {
  const hint = `mend it (f2bd --check tells all), then run: systemctl reload f2bd; until then ${other} is in force`;
  return new F2bError('CONFIG_INVALID', inOneLine(refused), { hint, cause: refused });
}

/** How many problems there are, and the first of them. */
function inOneLine(refused: F2bError): string {
  const [count = '', ...lines] = refused.message
    .replace(/^.*?: /, '')
    .replaceAll('\n  hint: ', ', ')
    .split('\n');
  const told = lines.slice(0, MOST_TOLD).join('; ');
  const more = lines.length > MOST_TOLD ? `; and ${lines.length - MOST_TOLD} more` : '';
  return `${count}: ${told}${more}`;
}

/** The limits of all enabled jails. */
export function settingsOf(config: Config): JailSettings[] {
  return config.jails.filter((jail) => jail.enabled).map((jail) => jail.settings);
}
