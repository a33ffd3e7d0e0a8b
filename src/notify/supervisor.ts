/** The Supervisor over sd_notify(3). One call is one message; no text can smuggle in a second assignment. */
import type { Supervisor } from '../ports/supervisor.js';
import { printable } from './words.js';

/** sd_notify and sd_watchdog_enabled, as the native library offers them. */
export interface ServiceManager {
  /** Sends assignments, one a line. Does nothing when not started by systemd; may throw. */
  notify(state: string): void;
  /** µs within which WATCHDOG=1 is due; undefined when no watchdog is set. */
  watchdog(): number | undefined;
}

/** `monotonic`: the time of CLOCK_MONOTONIC in µs. */
export function supervisorOf(manager: ServiceManager, monotonic: () => number): Supervisor {
  const due = manager.watchdog();

  /** A message that does not arrive is missed by systemd, which acts on it: there is nobody else to tell. */
  function tell(...assignments: readonly string[]): void {
    try {
      manager.notify(assignments.join('\n'));
    } catch {
      return;
    }
  }

  const status = (text: string) => `STATUS=${printable(text)}`;
  return {
    ready: (text) => tell('READY=1', status(text)),
    status: (text) => tell(status(text)),
    reloading: () => tell('RELOADING=1', `MONOTONIC_USEC=${Math.round(monotonic())}`),
    stopping: () => tell('STOPPING=1'),
    alive: () => tell('WATCHDOG=1'),
    watchdogInterval: due === undefined ? undefined : Math.floor(due / 2),
  };
}
