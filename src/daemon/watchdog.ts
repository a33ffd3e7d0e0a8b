/** Feeds the service manager's watchdog, but only while the agent's loops advance: a stalled agent is restarted. */

import { every } from '../async/time/interval.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports/clock.js';
import type { Supervisor } from '../ports/supervisor.js';

/** How often the agent wakes up where no watchdog is set, µs. */
const INTERVAL = 60 * MICROS_PER_SECOND;

interface Beat {
  /** Asked each time. */
  readonly isHealthy: () => boolean;
  /** Done each time: what is to be looked at now and then costs no wake-up of its own. */
  readonly alongside: () => void;
}

/** Starts feeding. Returns the stopper. */
export function startWatchdog(clock: Clock, supervisor: Supervisor, { isHealthy, alongside }: Beat): () => void {
  supervisor.alive();
  return every(clock, supervisor.watchdogInterval ?? INTERVAL, () => {
    if (isHealthy()) supervisor.alive();
    alongside();
  });
}
