/** Reads configuration and filters from disk. */
import { inTurns } from '../async/in-turns.js';
import { createTimeBudget } from '../budget/time-budget.js';
import { type ConfigPlaces, loadConfigInSteps } from '../config/load.js';
import type { ConfigSources } from '../daemon/loaded-config.js';
import type { Budget } from '../filter/budget.js';
import { loadFilter } from '../filter/load-filter.js';
import { createMatcher } from '../filter/matcher.js';
import { listFolder, readFileIfThere } from '../host/files.js';
import { findUser } from '../host/find-user.js';

export function createConfiguration(places: ConfigPlaces): ConfigSources {
  let budget: { readonly microseconds: number; readonly watch: Budget } | undefined;
  /** One watch serves all filters: they match one after another. */
  const budgetOf = (microseconds: number): Budget => {
    if (budget?.microseconds !== microseconds) budget = { microseconds, watch: createTimeBudget(microseconds / 1_000) };
    return budget.watch;
  };
  return {
    warn: (text) => void process.stderr.write(`${text}\n`),
    loadConfig: () => inTurns(loadConfigInSteps({ findUser, ...places })),
    loadFilter: (spec, usedns, { filterPath }) =>
      loadFilter(spec, {
        path: filterPath,
        read: readFileIfThere,
        list: listFolder,
        defaults: { logtype: 'journal', usedns },
      }),
    createMatcher: (filter, { lineBudget }) => createMatcher(filter, { budget: budgetOf(lineBudget) }),
  };
}
