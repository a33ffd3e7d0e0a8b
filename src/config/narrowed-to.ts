/** A configuration made smaller, for what looks at one jail alone. */
import type { Parsed } from '../core/problem.js';
import { F2bError } from '../errors.js';
import type { Config, JailConfig } from './config.js';
import { placedInSetting } from './overrides.js';

/**
 * The configuration with this jail, and with the others only when it goes by their bans. Problems of `settings`, which
 * were put on top of the jail's own, are placed in them. Throws UNKNOWN_JAIL.
 */
export function narrowedTo(
  name: string,
  { value, problems }: Parsed<Config>,
  settings: readonly string[],
): Parsed<Config> {
  const jail = value?.jails.find((candidate) => candidate.name === name);
  if (value === undefined || jail === undefined) {
    const names = value?.jails.map((candidate) => candidate.name).join(', ');
    throw new F2bError('UNKNOWN_JAIL', name, { hint: `the configuration has ${names}` });
  }
  const { filterPlace, maxretryUserPlace } = jail;
  const own: JailConfig = {
    ...jail,
    filterPlace: placedInSetting(filterPlace, settings),
    maxretryUserPlace: maxretryUserPlace && placedInSetting(maxretryUserPlace, settings),
  };
  const others = goesByOthers(jail) ? value.jails.filter((other) => other !== jail) : [];
  return {
    value: { ...value, jails: [own, ...others] },
    problems: problems.map((problem) => placedInSetting(problem, settings)),
  };
}

function goesByOthers({ settings }: JailConfig): boolean {
  return settings.recidive || settings.increment?.allJails === true;
}
