import type { JailConfig, JournalSelection } from '../../config/config.js';
import type { Matcher } from '../../filter/filter.js';

/** A jail at work: its configuration, and its matcher with the sessions in progress. */
export interface RunningJail {
  readonly config: JailConfig;
  readonly selection: JournalSelection;
  readonly matcher: Matcher;
}

export function createRunningJail(config: JailConfig, matcher: Matcher): RunningJail {
  return { config, selection: config.journal, matcher };
}
