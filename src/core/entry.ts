/** What became of a message before it was an entry. */
export interface MessageEnd {
  /** White space that journald took off its end, in bytes: the program wrote so much more. */
  readonly stripped: number;
  /** The line was broken, and the rest is an entry of its own: the next one of its stream. */
  readonly isBroken: boolean;
  /** It is known to be the rest of a line. */
  readonly isRest?: true;
  /** Only its beginning is here. */
  readonly isCut?: true;
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
  /** The line with a newline after it, as filters search it, where it can be had without copying. */
  readonly terminated?: string;
  /** True when all of the line is known to be ASCII. */
  readonly isAscii?: boolean;
  /** Where in the line the message begins. */
  readonly messageAt: number;
  /** The trusted and other fields that the jails' matches ask for, e.g. `_SYSTEMD_UNIT`. Entries may share them. */
  readonly fields: Readonly<Record<string, string>>;
  /** The name of the journal it is of, when that is not the machine's own. */
  readonly source?: string;
  /** Only when the end or the beginning is not as the program wrote it. */
  readonly messageEnd?: MessageEnd;
  /** What the pieces of a broken line have in common; undefined where nobody breaks lines. */
  readonly stream?: number;
}
