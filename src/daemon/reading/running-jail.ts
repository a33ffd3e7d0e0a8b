import type { JailConfig, JournalSelection } from '../../config/config.js';
import type { Matcher } from '../../filter/filter.js';

/** A jail at work: its configuration, and its matcher with the sessions in progress. */
export interface RunningJail {
  readonly config: JailConfig;
  readonly selection: JournalSelection;
  readonly matcher: Matcher;
  /** Takes other limits over while it runs; its entries and its filter stay. */
  limit(config: JailConfig): void;
}

/** How far back has to be read for them to count as if they had always run, µs. */
export function longestFindtime(jails: readonly Pick<RunningJail, 'config'>[]): number {
  return Math.max(0, ...jails.map(({ config }) => config.settings.findtime));
}

export function createRunningJail(config: JailConfig, matcher: Matcher): RunningJail {
  let inForce = config;
  return {
    get config() {
      return inForce;
    },
    selection: config.journal,
    matcher,
    limit(other) {
      inForce = other;
    },
  };
}
