/** `f2bctl simulate`: the replay of a jail with the configuration and the journal on disk. */

import type { Simulation } from '../agent/simulation.js';
import type { SimulationRequest } from '../cli/dependencies.js';
import type { Config, JailConfig } from '../config/config.js';
import { overridesOf, placedInSetting } from '../config/overrides.js';
import type { Parsed } from '../core/problem.js';
import { type ConfigSources, loadConfiguration } from '../daemon/loaded-config.js';
import type { OpenJournal } from '../daemon/reading/journal-consumer.js';
import { replay } from '../daemon/replay.js';
import type { SparingWorld } from '../daemon/sparing/sparing.js';
import { F2bError } from '../errors.js';
import { listFile } from '../host/list-file.js';
import { ownAddresses } from '../host/own-addresses.js';
import { resolveName } from '../host/resolve-name.js';
import { systemClock } from '../host/system-clock.js';
import { openLibrary } from '../journal/native.js';
import { openJournal } from '../journal/reader.js';
import { createConfiguration } from './configuration.js';
import { fractionOf } from './fraction-of.js';
import { nativeLibrary, shippedDirectory } from './places.js';

/** The present is not asked about the past: no commands are run, and who is logged in now does not matter. */
const world: SparingWorld = {
  clock: systemClock,
  ownAddresses,
  resolve: resolveName,
  listFile,
  ignoreCommand: async () => false,
  loggedIn: async () => [],
};

/** The agent has nothing to do with it. */
const HINT = 'mend what is named above, and try again';

/** Throws UNKNOWN_JAIL, CONFIG_INVALID and the JOURNAL_ errors. */
export async function simulate(request: SimulationRequest): Promise<Simulation> {
  const { jail, configDirectory, settings, directory, since, until } = request;
  const overrides = { jail, source: overridesOf(settings) };
  const sources = createConfiguration({ configDirectory, shippedDirectory, overrides });
  const plan = await loadConfiguration({ ...sources, loadConfig: () => narrowed(sources, jail, settings) }, HINT);
  const library = openLibrary(nativeLibrary);
  const where = directory === undefined ? {} : { directory };
  const open: OpenJournal = (matches, fields) => openJournal({ library, ...where, matches, fields });
  return replay({ plan, jail, openJournal: open, world, random: fractionOf, since, until });
}

/** The configuration with this jail, and with the others only when it goes by their bans. */
async function narrowed(sources: ConfigSources, name: string, settings: readonly string[]): Promise<Parsed<Config>> {
  const { value, problems } = await sources.loadConfig();
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
