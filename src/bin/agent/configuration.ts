/** Reads configuration and filters, from disk or from what was kept of it. */
import { inTurns } from '../../async/in-turns.js';
import { createTimeBudget } from '../../budget/time-budget.js';
import type { ConfigPlaces } from '../../config/agent-file.js';
import { createDisk } from '../../config/files/disk.js';
import type { Sources } from '../../config/files/recording.js';
import { loadConfigInSteps } from '../../config/load.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { ConfigSources } from '../../daemon/loaded-config.js';
import type { Budget } from '../../filter/budget.js';
import { createDatedLines } from '../../filter/dated-lines.js';
import { datedMatcher } from '../../filter/dated-matcher.js';
import { loadFilter } from '../../filter/load-filter.js';
import { createMatcher } from '../../filter/matching/matcher.js';
import { RegexPool } from '../../filter/regex-pool.js';
import { listFolder, readRegularFileIfThere } from '../../host/files/read-file.js';
import { findUser } from '../../host/find-user.js';
import { systemClock } from '../../host/system-clock.js';
import { localZone } from '../../text/zone.js';

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
  const zone = localZone(process.env['TZ']);
  const now = () => Math.floor(systemClock.now() / MICROS_PER_SECOND);
  let current = sources();
  return {
    warn: (text) => void process.stderr.write(`${text}\n`),
    loadConfig() {
      current = sources();
      regexes.begin();
      return inTurns(loadConfigInSteps({ disk: current.disk, ...places }));
    },
    loadFilter(spec, { usedns, journal }, { filterPath }) {
      const { read, list } = current;
      const { translate } = regexes;
      const logtype = journal.isFile ? 'file' : 'journal';
      const library = { path: filterPath, read, list, translate, defaults: { logtype, usedns } };
      const loaded = loadFilter(spec, library);
      if (!journal.isFile || loaded.value === undefined) return loaded;
      const { problems } = createDatedLines(loaded.value, { now: now(), zone });
      return { ...loaded, problems: [...loaded.problems, ...problems] };
    },
    createMatcher(filter, { journal }, { lineBudget }) {
      const budget = budgetOf(lineBudget);
      const matcher = createMatcher(filter, { budget });
      if (!journal.isFile) return matcher;
      const { value: dates } = createDatedLines(filter, { now: now(), zone });
      return datedMatcher(matcher, dates, budget, journal.isOfContainer ? 'entry' : 'date');
    },
  };
}
