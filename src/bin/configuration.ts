/** Reads configuration and filters from disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { type ConfigPlaces, loadConfig } from '../config/load.js';
import type { PlanSources } from '../daemon/plan.js';
import { loadFilter } from '../filter/load-filter.js';
import { createMatcher } from '../filter/matcher.js';

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

export function createConfiguration(places: ConfigPlaces): PlanSources {
  return {
    loadConfig: () => loadConfig(places),
    loadMatcher(jail, { filterPath }) {
      if (jail.filter === undefined) return { value: undefined, problems: [] };
      const { value, problems } = loadFilter(jail.filter, {
        path: filterPath,
        read,
        list,
        defaults: { logtype: 'journal', usedns: jail.usedns },
      });
      return { value: value === undefined ? undefined : createMatcher(value), problems };
    },
  };
}
