/** Feeds the service manager's watchdog, but only while the agent's loops advance: a stalled agent is restarted. */

import { every } from '../async/interval.js';
import type { Clock } from '../ports/clock.js';
import type { Supervisor } from '../ports/supervisor.js';

/** Starts feeding; `healthy` is asked each time. Returns the stopper. Does nothing when no watchdog is set. */
export function startWatchdog(clock: Clock, supervisor: Supervisor, healthy: () => boolean): () => void {
  if (supervisor.watchdogInterval === undefined) return () => {};
  supervisor.alive();
  return every(clock, supervisor.watchdogInterval, () => {
    if (healthy()) supervisor.alive();
  });
}
