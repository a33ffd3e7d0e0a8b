/**
 * Brings the configured jails to work: loads their filters and reports every problem of all of them at once. A filter
 * is loaded once, however many jails have it; sessions and counters are each jail's own.
 */
import { nextTurn } from '../async/next-turn.js';
import type { Config, JailConfig } from '../config/config.js';
import { formatProblem, isError, type Parsed, type Problem } from '../core/problem.js';
import { F2bError } from '../errors.js';
import { noLimit } from '../filter/budget.js';
import type { FilterSpec, Matcher, Verdict } from '../filter/filter.js';
import type { Filter } from '../filter/load-filter.js';
import { createRunningJail, type RunningJail } from './reading/running-jail.js';

/** Where jails get their filters from. */
export interface FilterSource {
  /** Loads a filter from the folders `config.filterPath`. Throws FILE_UNREADABLE. */
  readonly loadFilter: (spec: FilterSpec, jail: JailConfig, config: Config) => Parsed<Filter>;
  /** A matcher with sessions of its own. */
  readonly createMatcher: (filter: Filter, jail: JailConfig, config: Config) => Matcher;
}

/** That a filter does not exist is the fault of the line that names it. */
function placed(problem: Problem, jail: JailConfig): Problem {
  return problem.line === 0 && problem.file === jail.filter?.name ? { ...problem, ...jail.filterPlace } : problem;
}

const none: Verdict = { outcome: 'none' };

/** A jail for repeat offenders reads no entries: the core feeds it with bans. */
const fedByBans: Matcher = {
  name: '',
  journalmatch: [],
  tellsUser: false,
  slowRegexes: [],
  match: () => none,
  mayBeFor: () => true,
  mayMatch: () => false,
  remembers: false,
  matchAll: (lines) => lines.map(() => none),
  begin: (lines) => ({ budget: noLimit, open: [], conclude: () => lines.map(() => none) }),
  reset: () => {},
};

/** Filters by what they were loaded with. */
type LoadedFilters = Map<string, Parsed<Filter>>;

/** The filter of a jail. Other work has its turn after one is loaded, which takes some 50 ms. */
async function filterOf(
  jail: JailConfig,
  config: Config,
  source: FilterSource,
  loaded: LoadedFilters,
): Promise<Parsed<Filter>> {
  const { filter, usedns, journal } = jail;
  if (filter === undefined) return { value: undefined, problems: [] };
  const key = JSON.stringify([filter.name, Object.entries(filter.options).toSorted(), usedns, journal.isFile]);
  const known = loaded.get(key);
  if (known !== undefined) return known;
  const parsed = source.loadFilter(filter, jail, config);
  loaded.set(key, parsed);
  await nextTurn();
  return parsed;
}

async function matcherOf(
  jail: JailConfig,
  config: Config,
  source: FilterSource,
  loaded: LoadedFilters,
): Promise<Parsed<Matcher>> {
  if (jail.settings.recidive) return { value: fedByBans, problems: [] };
  try {
    const { value, problems } = await filterOf(jail, config, source, loaded);
    const matcher = value && source.createMatcher(value, jail, config);
    return {
      value: matcher,
      problems: [...problems.map((problem) => placed(problem, jail)), ...noAccounts(jail, matcher)],
    };
  } catch (error) {
    if (!(error instanceof F2bError)) throw error;
    return { value: undefined, problems: [{ ...jail.filterPlace, message: error.message, hint: error.hint }] };
  }
}

/** f2bd.conf may set MaxRetryUser= for those jails that it suits. */
function noAccounts({ maxretryUserPlace, filter }: JailConfig, matcher: Matcher | undefined): readonly Problem[] {
  if (maxretryUserPlace === undefined || matcher === undefined || matcher.tellsUser) return [];
  const message = `MaxRetryUser= has no effect: the filter ${filter?.name} does not tell which account was tried`;
  const hint = 'put <F-USER>…</F-USER> around the account in its failregex, or drop MaxRetryUser=';
  return [{ ...maxretryUserPlace, message, hint, severity: 'warning' }];
}

/**
 * All enabled jails, or the problems that keep any of them from working. Rejects with the reason of `ending` once that
 * aborts.
 */
export async function loadJails(
  config: Config,
  source: FilterSource,
  ending?: AbortSignal,
): Promise<Parsed<readonly RunningJail[]>> {
  const loaded: LoadedFilters = new Map();
  const jails: RunningJail[] = [];
  /** By their texts: what is wrong with a filter is said once for all jails that have it. */
  const problems = new Map<string, Problem>();
  for (const jail of config.jails.filter(({ enabled }) => enabled)) {
    const matcher = await matcherOf(jail, config, source, loaded);
    ending?.throwIfAborted();
    for (const problem of matcher.problems) problems.set(formatProblem(problem), problem);
    if (matcher.value !== undefined) jails.push(createRunningJail(jail, matcher.value));
  }
  const all = [...problems.values()];
  const isBroken = all.some(isError);
  return { value: isBroken ? undefined : jails, problems: all };
}
