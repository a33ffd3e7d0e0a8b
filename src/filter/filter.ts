/** What goes into a filter and what comes out of it: lines, failures and verdicts, and the matcher between them. */
import type { Address } from '../core/address/address.js';
import type { MessageEnd } from '../core/entry.js';
import type { Budget } from './budget.js';
import type { SlowNotice } from './matching/slow-regex-breaker.js';

/** A line to be matched: from the journal (`HOST IDENT[PID]: MESSAGE`) or, with its date cut out, from a file. */
export interface Line {
  readonly text: string;
  /** `text` with a newline after it, as regexes see it, where it can be had without copying. */
  readonly terminated?: string | undefined;
  /** µs since the epoch. */
  readonly at: number;
  /** `at` is a guess; sessions do not grow older by it. */
  readonly isUndated?: boolean;
  /** The journal entry it is; a line number for files. */
  readonly cursor: string;
  /** True when all of `text` is known to be ASCII; otherwise it is looked at. */
  readonly isAscii?: boolean | undefined;
  /** What became of the message before it was an entry, where something did. */
  readonly messageEnd?: MessageEnd | undefined;
  /** See Entry. */
  readonly stream?: number | undefined;
}

/** One failure found in a line (and in earlier lines of its F-MLFID session). */
export interface Hit {
  /** Who it was: the text of F-ID, else the address, else the host name. */
  readonly id: string;
  /** What would be banned: `id` where it is an address or prefix, else the address that stands beside F-ID. */
  readonly address: Address | undefined;
  /** µs since the epoch. */
  readonly at: number;
  /** Cursors of all lines charged, oldest first. fail2ban's `attempts` is its length. */
  readonly evidence: readonly string[];
  /** The account that was tried (F-USER), which is `user` of the fields too; undefined when none was captured, or a list. */
  readonly user: string | undefined;
  /** The other captured F- tags in lower case: `user`, `users` (an array), `port`, `ip4`, `ip6`, `dns` … */
  readonly fields: Readonly<Record<string, string | readonly string[]>>;
}

/** What a filter says of one line. */
export type Verdict =
  /**
   * Nothing. known: a failregex matched all the same, to tell more of a session or to be told with a failure. cut: one
   * matched, but the message may have been cut off, and what it then ended in could change who is meant.
   */
  | { readonly outcome: 'none'; readonly isKnown?: true; readonly isCut?: true }
  | { readonly outcome: 'ignored' }
  | { readonly outcome: 'failure'; readonly hits: readonly Hit[] }
  /** The session gained access (F-MLFGAINED): ResetOnSuccess= may forget the address. */
  | { readonly outcome: 'gained'; readonly address: Address | undefined; readonly user: string | undefined }
  /** The line was too much for this regex and was passed over. A flood of such lines need not be told one by one. */
  | { readonly outcome: 'slow'; readonly regex: string; readonly notice: SlowNotice };

/** A search within a budget, as Budget.each runs it. */
export interface OpenSearch {
  readonly line: Line;
  /** What it finds is kept for `conclude`. */
  readonly search: (line: Line) => void;
  /** To be called when that took too long. */
  readonly exceeded: () => void;
}

/** Lines that a matcher has begun with, and is to conclude before it begins with others. */
export interface Begun {
  readonly budget: Budget;
  /** The searches that may take long, in the order of their lines. */
  readonly open: readonly OpenSearch[];
  /** The verdicts, in the order of the lines, once the open searches were run. */
  conclude(): readonly Verdict[];
}

/** A loaded filter with the sessions in progress. Pure: same lines in the same order, same verdicts. */
export interface Matcher {
  readonly name: string;
  /** The filter's own journalmatch: alternatives, each a list of FIELD=value. */
  readonly journalmatch: readonly (readonly string[])[];
  /** Whether it can tell which account was tried (F-USER); without that nothing is counted by accounts. */
  readonly tellsUser: boolean;
  /** Regexes that keep taking too long, as they were written. They are given less time than the others. */
  readonly slowRegexes: readonly string[];
  match(line: Line): Verdict;
  /** Whether the line is of the kind that the filter is written for, in doubt yes; `hasHead`: see openings.ts. */
  mayBeFor(line: Line, hasHead: boolean): boolean;
  /**
   * False: the verdict on the line is none, and the line need not be matched, if it comes after those that were matched.
   * In doubt true.
   */
  mayMatch(line: Line): boolean;
  /** False: no verdict depends on the lines before, unless one of them is broken. In doubt true. */
  readonly remembers: boolean;
  /** The verdicts on lines in their order, as one by one, but with the budget taken once for all of them. */
  matchAll(lines: readonly Line[]): readonly Verdict[];
  /** The same in two steps, so that many matchers can take their budget once for all of them: see match-together.ts. */
  begin(lines: readonly Line[]): Begun;
  /** Knows nothing of the lines so far: they come again. */
  reset(): void;
}

/** Reads a file whole; undefined when there is none. Handed in, so that this folder touches no disk. */
export type ReadFile = (path: string) => string | undefined;

/** `Filter=sshd[mode=aggressive]` taken apart. */
export interface FilterSpec {
  /** A name looked up in the search path, or a path when it holds a slash. */
  readonly name: string;
  readonly options: Readonly<Record<string, string>>;
}
