/** Which enabled jails read entries of another kind than their filters are written for, without the agent. */
import { enableLinearFallback } from '../budget/linear-fallback.js';
import { type UnitFault, unlikeFilter } from '../config/unit-faults.js';
import { loadConfiguration } from '../daemon/loaded-config.js';
import { likenessOf } from '../daemon/reading/unlike-entries.js';
import { F2bError } from '../errors.js';
import { systemClock } from '../host/system-clock.js';
import { openLibrary } from '../journal/native.js';
import { createConfiguration } from './agent/configuration.js';
import { historyIn } from './agent/history.js';
import { configPlaces, nativeLibrary } from './places.js';

/** None where the configuration is wrong, which is told elsewhere. */
export async function unlikeJails(configDirectory: string): Promise<readonly UnitFault[]> {
  enableLinearFallback();
  const sources = createConfiguration(configPlaces(configDirectory));
  const history = historyIn(openLibrary(nativeLibrary));
  const found: UnitFault[] = [];
  try {
    const { jails } = await loadConfiguration({ ...sources, warn: () => {} });
    for (const jail of jails) {
      const likeness = await likenessOf(history, jail, systemClock.now());
      if (likeness === 'unlike') found.push(unlikeFilter(jail.config, jail.config.filter?.name));
    }
  } catch (error) {
    if (!(error instanceof F2bError)) throw error;
  }
  return found;
}
