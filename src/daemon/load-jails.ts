/** Brings the configured jails to work: loads their filters and reports every problem of all of them at once. */
import type { Config, JailConfig } from '../config/config.js';
import type { Parsed, Problem } from '../core/problem.js';
import { F2bError } from '../errors.js';
import type { Matcher, Verdict } from '../filter/filter.js';
import { createRunningJail, type RunningJail } from './reading/running-jail.js';

/** Loads the filter of a jail; the folders searched are `config.filterPath`. Throws FILE_UNREADABLE. */
export type LoadMatcher = (jail: JailConfig, config: Config) => Parsed<Matcher>;

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
  matchAll: (lines) => lines.map(() => none),
};

function matcherOf(jail: JailConfig, config: Config, loadMatcher: LoadMatcher): Parsed<Matcher> {
  if (jail.settings.recidive) return { value: fedByBans, problems: [] };
  try {
    const { value, problems } = loadMatcher(jail, config);
    return { value, problems: [...problems.map((problem) => placed(problem, jail)), ...noAccounts(jail, value)] };
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

/** All enabled jails, or the problems that keep any of them from working. */
export function loadJails(config: Config, loadMatcher: LoadMatcher): Parsed<readonly RunningJail[]> {
  const loaded = config.jails
    .filter((jail) => jail.enabled)
    .map((jail) => ({ jail, matcher: matcherOf(jail, config, loadMatcher) }));
  const problems = loaded.flatMap(({ matcher }) => matcher.problems);
  if (problems.some((problem) => problem.severity !== 'warning')) return { value: undefined, problems };
  const jails = loaded.flatMap(({ jail, matcher }) =>
    matcher.value === undefined ? [] : [createRunningJail(jail, matcher.value)],
  );
  return { value: jails, problems };
}
