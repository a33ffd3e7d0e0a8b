/** The agent and its jails as `f2bctl status` shows them. */
import type { FirewallStatus } from '../ports/firewall.js';
import type { JournalPlace } from '../ports/journal.js';

/**
 * A jail as `f2bctl status` shows it. The jail `manual`, of bans that people asked for, is one of them: it has no limit,
 * no filter and no units.
 */
export interface JailStatus {
  readonly name: string;
  readonly description: string;
  readonly filter: string;
  readonly units: readonly string[];
  /** 0: the jail has no limit. */
  readonly maxretry: number;
  /** µs */
  readonly findtime: number;
  /** µs; FOREVER if permanent */
  readonly bantime: number;
  /** Entries that were looked at since the agent started. */
  readonly entries: number;
  /** Addresses with counted failures now. */
  readonly failing: number;
  /** Failures since the agent started. */
  readonly failures: number;
  readonly banned: number;
  /** Bans since the agent started. */
  readonly bans: number;
  /** Lines passed over because they exceeded their time budget. */
  readonly slowLines: number;
  /** Entries without a unit, as their senders were gone when journald looked at them, that were believed. */
  readonly believedWithoutUnit: number;
  /** The same that were not, though they may be the jail's. */
  readonly passedOverWithoutUnit: number;
  /** Regexes that keep doing so, as they were written; they are given less time than the others. */
  readonly slowRegexes: readonly string[];
  /** `KEY=VALUE` of what it was given until the configuration is read again; missing where there is none. */
  readonly temporary?: readonly string[];
}

/** The agent as `f2bctl status` shows it. */
export interface AgentStatus {
  readonly version: string;
  /** µs since the epoch. */
  readonly startedAt: number;
  readonly state: 'starting' | 'running' | 'degraded' | 'stopping';
  readonly entries: number;
  /** Of the machine's own journal. */
  readonly position: JournalPlace | undefined;
  /** Sums of those of the jails. */
  readonly believedWithoutUnit: number;
  readonly passedOverWithoutUnit: number;
  readonly jails: readonly JailStatus[];
  readonly firewall: FirewallStatus;
  /** Open problems, each with its code (src/errors.ts) and its hint. */
  readonly problems: readonly { readonly code: string; readonly message: string; readonly hint: string }[];
}
