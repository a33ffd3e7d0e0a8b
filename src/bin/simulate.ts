/** `f2bctl simulate`: the replay of a jail with the configuration and the journal on disk. */

import type { Simulation, SimulationRequest } from '../agent/simulation.js';
import { enableLinearFallback } from '../budget/linear-fallback.js';
import { narrowedTo } from '../config/narrowed-to.js';
import { overridesOf } from '../config/overrides.js';
import { loadConfiguration } from '../daemon/loaded-config.js';
import { replay } from '../daemon/replay.js';
import type { SparingWorld } from '../daemon/sparing/sparing.js';
import { listFile } from '../host/files/list-file.js';
import { ownAddresses } from '../host/own-addresses.js';
import { resolveName } from '../host/resolve-name.js';
import { systemClock } from '../host/system-clock.js';
import { openLibrary } from '../journal/native.js';
import { createConfiguration } from './agent/configuration.js';
import { fractionOf } from './agent/fraction-of.js';
import { historyIn } from './agent/history.js';
import { configPlaces, nativeLibrary } from './places.js';

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
  enableLinearFallback();
  const overrides = { jail, source: overridesOf(settings) };
  const sources = createConfiguration({ ...configPlaces(configDirectory), overrides });
  const loadConfig = async () => narrowedTo(jail, await sources.loadConfig(), settings);
  const loaded = await loadConfiguration({ ...sources, loadConfig }, { hint: HINT });
  const { openHistory: openJournal, remoteHosts } = historyIn(openLibrary(nativeLibrary), directory);
  return replay({ loaded, jail, openJournal, remoteHosts, world, random: fractionOf, since, until });
}
