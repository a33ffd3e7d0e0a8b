/** The service manager that started the agent. */

/** The service manager: sd_notify(3). Does nothing when not started by systemd. */
export interface Supervisor {
  ready(status: string): void;
  status(text: string): void;
  reloading(): void;
  stopping(): void;
  /** Feeds the watchdog. */
  alive(): void;
  /** How often `alive` must be called, µs; undefined when no watchdog is set. */
  readonly watchdogInterval: number | undefined;
}
