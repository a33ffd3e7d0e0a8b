/**
 * What the daemon needs from the world, and what the world may ask of the daemon.
 * Every port has one conformance suite in test/contract that its real adapter and its fake both pass.
 */
import type { Address } from './core/address.js';
import type { Ban, BanRange } from './core/ban.js';
import type { Effect, SparedBy, UnbanCause } from './core/effect.js';
import type { Entry } from './core/entry.js';
import type { Failure } from './core/failure.js';
import type { MemoryPart } from './core/ledger.js';
import type { Offender } from './core/offender.js';
import type { F2bError } from './errors.js';

/** Time and timers. Instants are µs since the epoch. */
export interface Clock {
  now(): number;
  /** Time passed since some fixed moment, also while the machine slept, however the clock was set. µs */
  elapsed(): number;
  /** Calls `wake` once at or after `at`; the returned function cancels it. */
  at(at: number, wake: () => void): () => void;
}

/** Where reading the journal starts. `since` is µs since the epoch. */
export type JournalStart =
  | { readonly kind: 'head' }
  | { readonly kind: 'tail' }
  | { readonly kind: 'since'; readonly since: number }
  /** After the entry `cursor`; `receivedAt` is its __REALTIME_TIMESTAMP, used when the entry is gone. */
  | { readonly kind: 'cursor'; readonly cursor: string; readonly receivedAt: number };

/** How a seek ended: `exact`, or the saved entry is gone and reading resumes at the oldest entry not seen before. */
export type SeekOutcome = 'exact' | 'nearest';

/** The systemd journal, restricted to the matches it was opened with. One reader serves all jails. */
export interface Journal {
  /** Positions the reader; the next `read` returns the first entry after the start. May be called again. */
  seek(start: JournalStart): SeekOutcome;
  /** Up to `limit` entries in journal order; empty at the end. Never blocks for long, never throws on odd entries. */
  read(limit: number): readonly Entry[];
  /** The entry at `cursor`, or undefined when it was vacuumed. Does not move the position of `read`. */
  entryAt(cursor: string): Entry | undefined;
  /**
   * Calls `wake` whenever entries may have arrived. No polling: an idle journal calls nothing.
   * Returns the unsubscriber.
   */
  onChange(wake: () => void): () => void;
  close(): void;
}

/** An entry without its position and fields, as `f2bctl test` reads them in bulk. */
export interface JournalLine extends Pick<Entry, 'at' | 'receivedAt'> {
  readonly text: string;
  /** The text with a newline after it. */
  readonly terminated: string;
  readonly isAscii: boolean;
  /** Not read. */
  readonly cursor: '';
}

/** The journal as people's commands read it: also backwards, and in bulk at full speed. */
export interface JournalHistory extends Journal {
  /**
   * Up to `limit` entries before the position, newest first; after seek `tail` the last ones.
   * Between it and `read`, seek.
   */
  readBackwards(limit: number): readonly Entry[];
  /**
   * All entries from the position to the present end; nothing else may be called until it has ended. A batch is to be
   * done with before the next one is asked for.
   */
  readLines(): AsyncIterable<readonly JournalLine[]>;
}

/** The journal position that all decisions so far rest on. */
export interface Position {
  readonly cursor: string;
  /** __REALTIME_TIMESTAMP of that entry. µs since the epoch. */
  readonly receivedAt: number;
}

/** What `load` returns beside what it hands over. */
export interface Loaded {
  readonly position: Position | undefined;
  readonly allowances: readonly Allowance[];
}

/** An address that a person allowed for a time (`f2bctl allow`). */
export interface Allowance {
  readonly address: Address;
  readonly since: number;
  readonly until: number;
  readonly reason?: string;
}

/** Takes in a part of what is remembered. */
export type Remember = (part: MemoryPart) => void;

/** The durable memory. The store is the truth; the firewall is made to agree with it. */
export interface Store {
  /**
   * Reads everything remembered between runs. Failures (in order of time), offenders and bans are handed to whom
   * `begin` returns in parts of some thousands, as they are read: a million offenders never stand in memory at once.
   * It is called again, and all that was handed over is void, when the state turned out to be damaged and another took
   * its place.
   */
  load(begin: () => Remember): Promise<Loaded>;
  /**
   * Writes position and effects in one transaction; durable when the promise resolves.
   * Repeating a commit changes nothing.
   */
  commit(position: Position | undefined, effects: readonly Effect[]): Promise<void>;
  /** Replaces all allowances. */
  saveAllowances(allowances: readonly Allowance[]): Promise<void>;
  close(): Promise<void>;
}

/** What a reconcile found and mended. */
export interface Reconciliation {
  /** Wanted, and missing until now. */
  readonly added: number;
  /** Held by our sets though nothing wants them. */
  readonly removed: number;
}

/** What `f2bctl status` says of the firewall. */
export interface FirewallStatus {
  /** `firewalld 2.3.1`, `dry-run`. */
  readonly name: string;
  readonly state: 'ready' | 'unavailable';
  /** Why it is unavailable and what to do. */
  readonly problem?: string;
  /** Addresses that the firewall confirmed. */
  readonly held: number;
  /** Changes not yet confirmed, and the age of the oldest (µs). */
  readonly pending: number;
  readonly oldestPending: number;
  readonly warnings: readonly string[];
  /** What is good to know and asks for nothing. */
  readonly notes?: readonly string[];
}

export type FirewallChange = 'lost' | 'ready' | 'sources';

/** An address or prefix that the firewall's administrator put into a zone of its own, and that zone. */
export interface ZoneSource {
  readonly zone: string;
  readonly address: Address;
}

/**
 * Enforces bans. The adapter keeps no memory across runs: it is told what is wanted.
 * Several bans may want the same address; it is held until the last of them is gone, which the adapter counts itself.
 */
export interface Firewall {
  /**
   * Resolves when it is known whether the firewall can be told of bans, or after some seconds in which
   * that remains unknown.
   */
  opened(): Promise<void>;
  /**
   * Adds the bans; resolves when the firewall confirmed them. Idempotent. Also cuts the addresses' open connections.
   */
  ban(bans: readonly Ban[]): Promise<void>;
  /** Removes the bans; resolves when the firewall confirmed it. Idempotent. */
  unban(bans: readonly Ban[]): Promise<void>;
  /**
   * Makes the firewall hold exactly `wanted`: repairs what is missing, removes what is foreign in our sets. Idempotent.
   * `wanted` is gone through once, before `reconcile` returns: there may be very many.
   */
  reconcile(wanted: Iterable<Ban>): Promise<Reconciliation>;
  /** True when the firewall confirmed this ban and nothing has revoked it since. */
  holds(ban: Ban): boolean;
  /** Whom the administrator put into zones that are not ours and let somebody in; the same array until it changes. */
  zoneSources(): readonly ZoneSource[];
  /**
   * `lost`: it may have forgotten our entries or went away; `ready`: it can be reconciled now; `sources`: `zoneSources`
   * changed. Returns the unsubscriber.
   */
  onChange(listener: (change: FirewallChange) => void): () => void;
  status(): FirewallStatus;
  close(): Promise<void>;
}

/** What the agent tells the outside about. Each kind has a MESSAGE_ID of its own (notify/message-ids.ts). */
export type AgentEvent =
  | { readonly kind: 'started'; readonly jails: number; readonly bans: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'reloaded'; readonly jails: number }
  /** `counted`: the failures of the address within findtime, this one included. */
  | { readonly kind: 'failure'; readonly failure: Failure; readonly counted: number; readonly maxretry: number }
  /** `zone`: for `firewall-zone`, the one whose source it is. */
  | { readonly kind: 'spared'; readonly failure: Failure; readonly by: SparedBy; readonly zone?: string }
  | { readonly kind: 'ban'; readonly ban: Ban }
  | { readonly kind: 'unban'; readonly ban: Ban; readonly cause: UnbanCause }
  /** The firewall confirmed the ban; `latency` is µs since the entry that caused it was received. */
  | { readonly kind: 'enforced'; readonly ban: Ban; readonly latency: number }
  | { readonly kind: 'reconciled'; readonly reconciliation: Reconciliation }
  /** Journald dropped messages of a unit (rate limit): an attack may hide behind it. */
  | {
      readonly kind: 'suppressed';
      readonly unit: string;
      readonly cursor: string;
      readonly dropped: number | undefined;
    }
  /** A host name was looked up to find whom to count failures of (UseDNS=warn); told once for each name. */
  | {
      readonly kind: 'looked-up';
      readonly jail: string;
      readonly name: string;
      readonly addresses: readonly Address[];
      readonly cursor: string;
    }
  /** A line took longer than its budget and was passed over. */
  /** `isLast`: the regex keeps doing so, further lines of it are only counted. */
  | {
      readonly kind: 'slow-line';
      readonly jail: string;
      readonly cursor: string;
      readonly regex: string;
      readonly isLast: boolean;
    }
  /** Something is wrong and being retried, or needs a person; told once until `resolved`. */
  | { readonly kind: 'problem'; readonly error: F2bError }
  | { readonly kind: 'resolved'; readonly error: F2bError };

/** Tells people and programs. Never throws: telling must not stop deciding. */
export interface Notifier {
  notify(event: AgentEvent): void;
}

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

/** A jail as `f2bctl status` shows it. */
export interface JailStatus {
  readonly name: string;
  readonly description: string;
  readonly filter: string;
  readonly units: readonly string[];
  readonly maxretry: number;
  /** µs */
  readonly findtime: number;
  /** µs; FOREVER if permanent */
  readonly bantime: number;
  /** Addresses with counted failures now. */
  readonly failing: number;
  /** Failures since the agent started. */
  readonly failures: number;
  readonly banned: number;
  /** Bans since the agent started. */
  readonly bans: number;
  /** Lines passed over because they exceeded their time budget. */
  readonly slowLines: number;
  /** Regexes that keep doing so, as they were written; they are given less time than the others. */
  readonly slowRegexes: readonly string[];
}

/** The agent as `f2bctl status` shows it. */
export interface AgentStatus {
  readonly version: string;
  /** µs since the epoch. */
  readonly startedAt: number;
  readonly state: 'starting' | 'running' | 'degraded' | 'stopping';
  readonly entries: number;
  readonly position: Position | undefined;
  readonly jails: readonly JailStatus[];
  readonly firewall: FirewallStatus;
  /** Open problems, each with its hint. */
  readonly problems: readonly { readonly message: string; readonly hint: string }[];
}

/** A ban with whether the firewall holds it. */
export interface BanView {
  readonly ban: Ban;
  readonly state: 'pending' | 'enforced';
}

/** What a person asks to be banned. `bantime` in µs. */
export interface BanRequest {
  readonly addresses: readonly Address[];
  readonly jail?: string;
  readonly bantime?: number;
  readonly reason?: string;
  /** Also when the address is spared; never for the machine's own. */
  readonly force?: boolean;
}

/** What `f2bctl why` shows: the bans of an address, its counted failures, and the entries behind them. */
export interface Explanation {
  readonly address: Address;
  readonly bans: readonly BanView[];
  readonly failures: readonly Failure[];
  readonly offenders: readonly Offender[];
  /** The entries behind bans and failures, oldest first; `line` is undefined when journald has vacuumed it. */
  readonly entries: readonly { readonly cursor: string; readonly at?: number; readonly line?: string }[];
  /** True when there are more bans, failures or entries than an answer holds: of a prefix, usually. */
  readonly more: boolean;
}

/** A ban that was not made. */
export type SimulatedBan = Pick<Ban, 'address' | 'since' | 'until' | 'count' | 'failures'>;

/** What a jail would have done with what the journal holds (`f2bctl simulate`). Times in µs since the epoch. */
export interface Simulation {
  readonly jail: string;
  readonly entries: number;
  /** When the first and the last of them were received; undefined when there were none. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  /** Failures that counted; those of banned addresses do not. */
  readonly failures: number;
  /** Failures of addresses that are spared. */
  readonly spared: number;
  /** In the order they were decided. */
  readonly bans: readonly SimulatedBan[];
}

/** What control may ask of the daemon. Methods throw F2bError for requests that cannot be met. */
export interface Agent {
  status(): AgentStatus;
  /** How many bans are in force. */
  readonly banned: number;
  /** At most `limit` of the bans in force, in the order of `compareBans`. Throws UNKNOWN_JAIL. */
  bans(range: BanRange, limit: number): readonly BanView[];
  /** Bans all of the addresses, or none of them when one may not be banned. Throws UNKNOWN_JAIL and BAN_REFUSED. */
  ban(request: BanRequest): Promise<readonly BanView[]>;
  /**
   * Spares an address or prefix for a time and lifts its bans, a portion of `limit` (`portionOf`); an earlier allowance
   * of it is replaced.
   */
  allow(allowance: Omit<Allowance, 'since'>, limit?: number): Promise<readonly Ban[]>;
  /** Ends the allowances of what lies in the address or prefix, at most `limit`; answers with those that were. */
  disallow(address: Address, limit?: number): Promise<readonly Allowance[]>;
  /** Those in force. */
  allowances(): readonly Allowance[];
  /**
   * Lifts the bans of the address (and, for a prefix, of all that lies in it) in one jail or in all; a portion of
   * `limit` (`portionOf`). Throws UNKNOWN_JAIL.
   */
  unban(address: Address, jail?: string, limit?: number): Promise<readonly Ban[]>;
  why(address: Address): Explanation;
  /** Reads the configuration again; on problems the old one stays in force and CONFIG_INVALID is thrown. */
  reload(): Promise<void>;
  /** Reconciles the firewall now. */
  verify(): Promise<Reconciliation>;
  onBan(listener: (ban: Ban) => void): () => void;
  onUnban(listener: (ban: Ban, cause: UnbanCause) => void): () => void;
}

/** How many of each the state holds. */
export interface StateCounts {
  readonly failures: number;
  readonly offenders: number;
  readonly bans: number;
  readonly allowances: number;
}

/** What a check of the whole file found. */
export interface StateReport {
  readonly path: string;
  /** Bytes, its log included. */
  readonly size: number;
  /** How many steps of the schema the file has seen. */
  readonly schema: number;
  readonly position: Position | undefined;
  readonly counts: StateCounts;
  /** What SQLite, and the checks that a start makes, found wrong; empty for a good file. */
  readonly damage: readonly string[];
}
