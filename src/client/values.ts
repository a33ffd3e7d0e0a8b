/**
 * What the library tells and takes. Addresses are texts in their canonical spelling. Points in time are Dates, null for
 * one that never comes; lengths are milliseconds, null for what never ends.
 */

/** A ban in force. There is at most one for a jail and address. */
export interface Ban {
  readonly jail: string;
  /** An IPv4 or IPv6 address or prefix. */
  readonly address: string;
  readonly since: Date;
  /** null: for ever. */
  readonly until: Date | null;
  /** What it does to the address: `ports` closes the jail's ports alone, the others everything. */
  readonly disposition: 'drop' | 'reject' | 'ports';
  /** What `ports` closes, as in `22/tcp` and `1000-2000/udp`; empty otherwise. */
  readonly ports: readonly string[];
  /** Who wanted it: a jail, a person, the jail of repeat offenders, or other hosts of a fleet. */
  readonly origin: 'jail' | 'manual' | 'recidive' | 'fleet';
  /** 1 for the first ban of the address that is remembered, 2 for the second, and so on. */
  readonly count: number;
  /** How many failures led to it; 0 for one by hand. */
  readonly failures: number;
  /** The journal's cursors of the entries behind it, oldest first; empty in a list of bans that was not asked for them. */
  readonly evidence: readonly string[];
  /** Why, in words: of a person, or of other hosts. */
  readonly reason?: string;
  /** The bans of single addresses that a prefix stands for. */
  readonly members?: readonly Ban[];
}

/** A ban, and whether the firewall has confirmed it. */
export interface HeldBan extends Ban {
  readonly state: 'pending' | 'enforced';
}

/** A jail, as `f2bctl status JAIL` shows it. */
export interface JailStatus {
  readonly name: string;
  readonly description: string;
  readonly filter: string;
  /** The systemd units whose messages it reads; `*` stands for anything. */
  readonly units: readonly string[];
  /** 0: the jail has no limit. */
  readonly maxretry: number;
  /** ms */
  readonly findtime: number;
  /** ms; null: for ever. */
  readonly bantime: number | null;
  /** Addresses with failures that count now. */
  readonly failing: number;
  /** Failures since the agent started. */
  readonly failures: number;
  /** Bans in force. */
  readonly banned: number;
  /** Bans since the agent started. */
  readonly bans: number;
}

/** The agent, as `f2bctl status` shows it. */
export interface AgentStatus {
  readonly version: string;
  readonly startedAt: Date;
  /** `degraded`: it runs, and there are problems. */
  readonly state: 'starting' | 'running' | 'degraded' | 'stopping';
  /** Journal entries read since it started. */
  readonly entries: number;
  readonly jails: readonly JailStatus[];
  readonly firewall: FirewallStatus;
  /** What is wrong, by codes as errors have them, and what to do about it. */
  readonly problems: readonly Problem[];
}

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** How the firewall does. */
export interface FirewallStatus {
  /** As in `firewalld 2.3.1`. */
  readonly name: string;
  readonly state: 'ready' | 'unavailable';
  /** Why it is unavailable. */
  readonly problem?: string;
  /** Addresses that it confirmed. */
  readonly held: number;
  /** Changes that it has not confirmed yet. */
  readonly pending: number;
  readonly warnings: readonly string[];
}

/** A failure that counts. */
export interface Failure {
  readonly jail: string;
  readonly address: string;
  readonly at: Date;
  /** How many failures it counts as. */
  readonly count: number;
  /** The journal's cursors of the entries that say so, oldest first. */
  readonly evidence: readonly string[];
  /** The account that was tried, where a filter finds it. */
  readonly user?: string;
}

/** Earlier bans of an address that a jail remembers. */
export interface Offender {
  readonly jail: string;
  readonly address: string;
  /** How many. */
  readonly count: number;
  /** When the latest began. */
  readonly bannedAt: Date;
  /** How long the latest was, ms; null: for ever. */
  readonly bantime: number | null;
}

/** A ban as `why` explains it. */
export interface ExplainedBan extends HeldBan {
  /** What of the firewall enforces it, in words. */
  readonly enforcedBy: readonly string[];
}

/** How near an address is to a ban of a jail. */
export interface Outlook {
  readonly jail: string;
  /** What its failures count now. */
  readonly counted: number;
  /** How many more it takes. */
  readonly missing: number;
  readonly maxretry: number;
  /** How long the ban would last, ms; null: for ever. */
  readonly bantime: number | null;
  /** Why the jail would not ban it, as in `ignoreip`. */
  readonly spared?: string;
}

/** Why an address is banned, or near it. */
export interface Explanation {
  readonly address: string;
  readonly bans: readonly ExplainedBan[];
  readonly failures: readonly Failure[];
  readonly offenders: readonly Offender[];
  readonly outlooks: readonly Outlook[];
  /** The firewall's zone that spares it. */
  readonly zone?: string;
  /** The journal entries behind bans and failures, oldest first; without a line when the journal has them no more. */
  readonly entries: readonly { readonly cursor: string; readonly at?: Date; readonly line?: string }[];
  /** There is more than one answer holds: of a prefix, usually. */
  readonly more: boolean;
}

/**
 * What happens. `agent`: whether the agent runs, told first and whenever it changes; what happened while it did not, or
 * while the bus was away, is not told: ask for `bans()` again. `missed`: so many events were dropped here, as nobody took
 * them; the same holds.
 */
export type F2bEvent =
  | { readonly kind: 'agent'; readonly isRunning: boolean }
  | { readonly kind: 'ban'; readonly ban: Ban }
  | { readonly kind: 'unban'; readonly jail: string; readonly address: string; readonly cause: UnbanCause }
  | { readonly kind: 'missed'; readonly events: number };

/** Why a ban ended. `folded`: the ban of a prefix took its place. */
export type UnbanCause = 'expired' | 'manual' | 'folded' | 'jail-removed';

/** Of which bans to ask. */
export interface BansOptions {
  readonly jail?: string;
  /** With the cursors of the entries behind each: most of what there is to transfer. */
  readonly evidence?: boolean;
}

/** How to ban. */
export interface BanOptions {
  /** As this jail would; by hand without. */
  readonly jail?: string;
  /** How long, ms; null: for ever. By default as long as the jail bans, without a jail for ever. */
  readonly bantime?: number | null;
  /** For others to read. */
  readonly reason?: string;
  /** Also whom the configuration or a person spares. */
  readonly force?: boolean;
}

/** How to reach the agent. */
export interface ConnectOptions {
  /** The address of the bus; by default DBUS_SYSTEM_BUS_ADDRESS, or the system's. */
  readonly address?: string;
  /**
   * Where polkit wants a password, the person at the terminal or desktop may be asked for it. By default such a call is
   * refused with ACCESS_DENIED.
   */
  readonly interactive?: boolean;
}

/**
 * The agent of this machine. Each method throws an F2bError; the most usual of its codes are AGENT_NOT_RUNNING,
 * BUS_UNAVAILABLE, ACCESS_DENIED and ARGUMENT_INVALID. Jails may be named without `.service`.
 */
export interface F2b {
  status(): Promise<AgentStatus>;
  /** Throws UNKNOWN_JAIL. */
  status(jail: string): Promise<JailStatus>;
  /** The bans in force, ordered by jail and address, asked for a thousand at a time. */
  bans(options?: BansOptions): AsyncIterable<HeldBan>;
  /**
   * Bans addresses and prefixes; answers when the firewall holds them, or with the state `pending`. Of up to 500 all are
   * banned, or none when one may not be (BAN_REFUSED); of more, each 500 for themselves.
   */
  ban(addresses: string | readonly string[], options?: BanOptions): Promise<readonly HeldBan[]>;
  /** Lifts the bans of an address, and of all in it when it is a prefix; answers with those that were. */
  unban(address: string, options?: { readonly jail?: string }): Promise<readonly Ban[]>;
  /** The bans and failures of an address, and the journal entries behind them. */
  why(address: string): Promise<Explanation>;
  /**
   * What happens from now on: for root and members of the groups systemd-journal and adm, others hear of `agent` alone.
   * Who asks for `bans()` after the first event misses nothing. It ends with `close()`.
   */
  events(): AsyncIterableIterator<F2bEvent>;
  /** Ends the connection, and all calls and events. */
  close(): void;
}
