/** Reads configuration and filters, from disk or from what was kept of it. */
import { inTurns } from '../async/in-turns.js';
import { createTimeBudget } from '../budget/time-budget.js';
import { createDisk } from '../config/disk.js';
import { type ConfigPlaces, loadConfigInSteps } from '../config/load.js';
import type { Sources } from '../config/recording.js';
import type { ConfigSources } from '../daemon/loaded-config.js';
import type { Budget } from '../filter/budget.js';
import { loadFilter } from '../filter/load-filter.js';
import { createMatcher } from '../filter/matching/matcher.js';
import { RegexPool } from '../filter/regex-pool.js';
import { listFolder, readRegularFileIfThere } from '../host/files.js';
import { findUser } from '../host/find-user.js';

/** This machine's disk as it is now. */
export function onDisk(): Sources {
  return { disk: createDisk({ findUser }), read: readRegularFileIfThere, list: listFolder };
}

/** `sources`: asked for anew with each reading; default: the disk. */
export function createConfiguration(places: ConfigPlaces, sources: () => Sources = onDisk): ConfigSources {
  let budget: { readonly microseconds: number; readonly limits: Budget } | undefined;
  /** One budget serves all filters: they match one after another. */
  const budgetOf = (microseconds: number): Budget => {
    if (budget?.microseconds !== microseconds)
      budget = { microseconds, limits: createTimeBudget(microseconds / 1_000) };
    return budget.limits;
  };
  const regexes = new RegexPool();
  let current = sources();
  return {
    warn: (text) => void process.stderr.write(`${text}\n`),
    loadConfig() {
      current = sources();
      regexes.begin();
      return inTurns(loadConfigInSteps({ disk: current.disk, ...places }));
    },
    loadFilter(spec, usedns, { filterPath }) {
      const { read, list } = current;
      const { translate } = regexes;
      return loadFilter(spec, { path: filterPath, read, list, translate, defaults: { logtype: 'journal', usedns } });
    },
    createMatcher: (filter, { lineBudget }) => createMatcher(filter, { budget: budgetOf(lineBudget) }),
  };
}
