import type { JailStatus } from '../../agent/agent-status.js';
import type { JailConfig, JournalSelection } from '../../config/config.js';
import type { Matcher } from '../../filter/filter.js';

/**
 * A jail at work: its configuration, its matcher with the sessions in progress, and what it has counted since the
 * start.
 */
export interface RunningJail {
  readonly config: JailConfig;
  readonly selection: JournalSelection;
  readonly matcher: Matcher;
  readonly counters: { failures: number; bans: number; slowLines: number };
}

export function createRunningJail(config: JailConfig, matcher: Matcher): RunningJail {
  return { config, selection: config.journal, matcher, counters: { failures: 0, bans: 0, slowLines: 0 } };
}

/** The jail as `f2bctl status` shows it; `failing` and `banned` come from the decisions in force. */
export function jailStatus(jail: RunningJail, { failing, banned }: { failing: number; banned: number }): JailStatus {
  const { config, counters } = jail;
  return {
    name: config.name,
    description: config.description,
    filter: config.filter?.name ?? '',
    units: config.journal.units,
    maxretry: config.settings.maxretry,
    findtime: config.settings.findtime,
    bantime: config.settings.bantime,
    failing,
    failures: counters.failures,
    banned,
    bans: counters.bans,
    slowLines: counters.slowLines,
    slowRegexes: jail.matcher.slowRegexes,
  };
}
