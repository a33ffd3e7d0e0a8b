/**
 * How failures are told (LogFailures=): each, or how many there were. On a host that is guessed at all day the single
 * ones would push everybody else's entries out of the journal.
 * Invariant: each failure is told in one way or the other, once, unless none is to be told.
 */

import type { AgentEvent } from '../../agent/agent-event.js';
import { createTimer } from '../../async/time/timer.js';
import type { LogFailures } from '../../config/config.js';
import type { Effect } from '../../core/effect.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import type { Notifier } from '../../ports/notifier.js';
import type { RunningJail } from '../reading/running-jail.js';

/** How long after the first of them failures are told together, µs. */
const TOLD_AFTER = 60 * MICROS_PER_SECOND;

/** More addresses than this are not told apart. */
export const MOST_ADDRESSES = 10_000;

type FailureEffect = Effect & { readonly kind: 'failure' };

export interface FailureLog {
  configure(mode: LogFailures): void;
  /** What is to be told of the failure at once. */
  eventsOf(effect: FailureEffect, jail: RunningJail): readonly AgentEvent[];
  /** Tells now what would be told later. */
  flush(): void;
}

/** What is known of the failures of a jail that are not told yet. */
interface Untold {
  failures: number;
  readonly addresses: Set<string>;
  first: number;
  last: number;
}

export function createFailureLog(clock: Clock, notifier: Notifier, initial: LogFailures): FailureLog {
  const untold = new Map<string, Untold>();
  let mode = initial;

  const flush = () => {
    timer.cancel();
    const told = [...untold];
    untold.clear();
    for (const [jail, { failures, addresses, first, last }] of told) {
      notifier.notify({ kind: 'failures', jail, failures, addresses: addresses.size, first, last });
    }
  };
  const timer = createTimer(clock, flush);
  const count = ({ failure: { jail, address, at } }: FailureEffect) => {
    const sum = untold.get(jail) ?? { failures: 0, addresses: new Set(), first: at, last: at };
    untold.set(jail, sum);
    sum.failures += 1;
    sum.first = Math.min(sum.first, at);
    sum.last = Math.max(sum.last, at);
    if (sum.addresses.size < MOST_ADDRESSES) sum.addresses.add(address.text);
    if (timer.setFor === undefined) timer.set(clock.now() + TOLD_AFTER);
  };

  return {
    configure(wanted) {
      if (wanted !== mode) flush();
      mode = wanted;
    },
    eventsOf(effect, jail) {
      const { failure, counted } = effect;
      if (mode === 'yes') return [{ kind: 'failure', failure, counted, maxretry: jail.config.settings.maxretry }];
      if (mode === 'summary') count(effect);
      return [];
    },
    flush,
  };
}
