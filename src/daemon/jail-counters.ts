/**
 * What each jail has counted since the agent started, the jail of bans by hand included. Fed with what was found and
 * decided, so that finding and deciding need not count. Reloads end nothing of it.
 */
import type { Effect } from '../core/effect.js';
import { jailsByName } from './jails-by-name.js';
import type { DecidedPart } from './reading/pipeline.js';
import type { RunningJail } from './reading/running-jail.js';

export interface JailFigures {
  /** Entries that were looked at for failures. */
  readonly entries: number;
  /** Failures that the filter found, one for each address; for a jail that is fed by bans, bans that counted. */
  readonly failures: number;
  readonly bans: number;
  /** Lines passed over because they exceeded their time budget. */
  readonly slowLines: number;
  /** Entries without a unit, as their senders were gone, that were believed, and that were not. */
  readonly believedWithoutUnit: number;
  readonly passedOverWithoutUnit: number;
}

export interface JailCounters {
  /** Takes in what was found and decided on. */
  found(found: Pick<DecidedPart, 'seen' | 'failures' | 'slowLines' | 'withoutUnit'>): void;
  decided(effects: readonly Effect[]): void;
  of(jail: string): JailFigures;
}

type Counts = { -readonly [Figure in keyof JailFigures]: number };

const nothing: JailFigures = {
  entries: 0,
  failures: 0,
  bans: 0,
  slowLines: 0,
  believedWithoutUnit: 0,
  passedOverWithoutUnit: 0,
};

/** `jails`: those at work now. */
export function createJailCounters(jails: () => readonly RunningJail[]): JailCounters {
  const figures = new Map<string, Counts>();
  const count = (jail: string, figure: keyof JailFigures, more = 1) => {
    const counts = figures.get(jail) ?? { ...nothing };
    counts[figure] += more;
    figures.set(jail, counts);
  };
  const jailNamed = jailsByName(jails);
  const isFedByBans = (name: string) => jailNamed(name)?.config.settings.recidive === true;
  return {
    found({ seen, failures, slowLines, withoutUnit }) {
      for (const [jail, entries] of seen) count(jail, 'entries', entries);
      for (const { jail } of failures) count(jail, 'failures');
      for (const jail of slowLines) count(jail, 'slowLines');
      for (const { jail, isBelieved } of withoutUnit)
        count(jail, isBelieved ? 'believedWithoutUnit' : 'passedOverWithoutUnit');
    },
    decided(effects) {
      for (const effect of effects) {
        if (effect.kind === 'ban' && !effect.isMoved) count(effect.ban.jail, 'bans');
        if (effect.kind === 'failure' && isFedByBans(effect.failure.jail)) count(effect.failure.jail, 'failures');
      }
    },
    of: (jail) => ({ ...(figures.get(jail) ?? nothing) }),
  };
}
