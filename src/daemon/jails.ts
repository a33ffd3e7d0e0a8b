/** Brings the configured jails to work: loads their filters and reports every problem of all of them at once. */
import type { Config, JailConfig } from '../config/config.js';
import type { Parsed, Problem } from '../core/problem.js';
import type { Matcher, Verdict } from '../filter/filter.js';
import { createRunningJail, type RunningJail } from './running-jail.js';

/** Loads the filter of a jail; the folders searched are `config.filterPath`. */
export type LoadMatcher = (jail: JailConfig, config: Config) => Parsed<Matcher>;

/** That a filter does not exist is the fault of the line that names it. */
function placed(problem: Problem, jail: JailConfig): Problem {
  return problem.line === 0 && problem.file === jail.filter?.name ? { ...problem, ...jail.filterPlace } : problem;
}

const none: Verdict = { outcome: 'none' };

/** A jail for repeat offenders reads no entries: the core feeds it with bans. */
const fedByBans: Parsed<Matcher> = {
  value: { name: '', journalmatch: [], slowRegexes: [], match: () => none, matchAll: (lines) => lines.map(() => none) },
  problems: [],
};

/** All enabled jails, or the problems that keep any of them from working. */
export function bringUpJails(config: Config, loadMatcher: LoadMatcher): Parsed<readonly RunningJail[]> {
  const loaded = config.jails
    .filter((jail) => jail.enabled)
    .map((jail) => ({ jail, matcher: jail.settings.recidive ? fedByBans : loadMatcher(jail, config) }));
  const problems = loaded.flatMap(({ jail, matcher }) => matcher.problems.map((problem) => placed(problem, jail)));
  if (problems.some((problem) => problem.severity !== 'warning')) return { value: undefined, problems };
  const jails = loaded.flatMap(({ jail, matcher }) =>
    matcher.value === undefined ? [] : [createRunningJail(jail, matcher.value)],
  );
  return { value: jails, problems };
}
