/**
 * A journal entry as the filters and the core see it.
 * The order of entries is the journal's; `at` may step back when a clock was set.
 */
export interface Entry {
  /** journald's opaque position of this entry, see sd_journal_get_cursor(3). */
  readonly cursor: string;
  /** When the program logged it: _SOURCE_REALTIME_TIMESTAMP, else `receivedAt`. µs since the epoch. */
  readonly at: number;
  /** When journald received it: __REALTIME_TIMESTAMP. µs since the epoch. */
  readonly receivedAt: number;
  /** `HOST IDENT[PID]: MESSAGE`, the line fail2ban's filters are written for. */
  readonly line: string;
  /** The trusted and other fields that the jails' matches ask for, e.g. `_SYSTEMD_UNIT`. */
  readonly fields: Readonly<Record<string, string>>;
}
