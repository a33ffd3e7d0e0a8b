/** What journald did to the end of a message. */
export interface MessageEnd {
  /** White space that it took off, in bytes: the program wrote so much more. */
  readonly stripped: number;
  /** It broke the line at LineMax=, and the rest is an entry of its own. */
  readonly isBroken: boolean;
}

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
  /** The trusted and other fields that the jails' matches ask for, e.g. `_SYSTEMD_UNIT`. Entries may share them. */
  readonly fields: Readonly<Record<string, string>>;
  /** The name of the journal it is of, when that is not the machine's own. */
  readonly source?: string;
  /** Only when journald changed the end. */
  readonly messageEnd?: MessageEnd;
}
