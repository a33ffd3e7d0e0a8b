/** What f2bctl may ask of f2b-fleetd. */
import type { Address } from '../core/address/address.js';

/** A host of the fleet, as it tells of itself. Times in µs since the epoch. */
export interface FleetMember {
  readonly host: string;
  readonly version: string;
  readonly addresses: readonly string[];
  readonly seenAt: number;
  /** It should have told of itself several times since then. */
  readonly isSilent: boolean;
  /** It had read the stream up to here, and so many messages of it not. */
  readonly sequence: number;
  readonly behind: number;
  /** How many bans of others it has in force. */
  readonly applied: number;
}

/** A host that published bans. */
export interface FleetReporter {
  readonly host: string;
  /** How many of its bans are listened to. */
  readonly claims: number;
  /** How many messages were refused, and why the last one was; empty when none was. */
  readonly refused: number;
  readonly lastRefusal: string;
}

export interface FleetStatus {
  readonly host: string;
  readonly version: string;
  readonly isConnected: boolean;
  readonly isPaused: boolean;
  /** What is wrong; empty when nothing is. */
  readonly problem: string;
  readonly sequence: number;
  /** Messages of the stream that are not read yet, and how old the last one is that was, µs; 0 when all are read. */
  readonly lagMessages: number;
  readonly lagTime: number;
  /** What was refused since the start, by reason. */
  readonly refusals: Readonly<Record<string, number>>;
  /** Own messages that the servers do not have yet. */
  readonly waiting: number;
  /** Bans of others that are listened to, and of how many addresses the agent holds a ban for them. */
  readonly claims: number;
  readonly held: number;
  readonly members: readonly FleetMember[];
  readonly reporters: readonly FleetReporter[];
  readonly allowances: readonly FleetAllowance[];
  /** Undefined: it counts alone. */
  readonly counting?: FleetCounting;
}

/** How a host counts failures together with others. */
export interface FleetCounting {
  /** Of so many partitions of all addresses it counts so many. */
  readonly of: number;
  readonly partitions: number;
  /** Failures that may still count, of all hosts in its partitions, and messages of them that are not read yet. */
  readonly held: number;
  readonly behind: number;
  /** Whom it found since the start. */
  readonly bans: number;
  /** Own messages of failures that the servers do not have yet. */
  readonly waiting: number;
  /** Who counts, and how many partitions each. */
  readonly counters: readonly { readonly host: string; readonly partitions: number }[];
  /** What was not counted since the start, by reason. */
  readonly refusals: Readonly<Record<string, number>>;
  /** What is wrong, each with what to do. */
  readonly problems: readonly string[];
}

/** That a host has an address banned. `until`: FOREVER for never. */
export interface FleetClaim {
  readonly host: string;
  readonly jail: string;
  readonly since: number;
  readonly until: number;
  /** Of what was counted together: how many failures of which hosts. */
  readonly reason?: string;
}

/** An address that others have banned, and whether it is banned here for that. */
export interface FleetBan {
  readonly address: string;
  readonly isBanned: boolean;
  /** Who banned it; or why it is not banned here. */
  readonly reason: string;
  readonly until: number;
  readonly claims: readonly FleetClaim[];
}

/** That an administrator spares an address everywhere from bans of others. `until`: FOREVER for never. */
export interface FleetAllowance {
  readonly address: string;
  readonly until: number;
  /** The administrator's host. */
  readonly by: string;
  /** Empty when none was given. */
  readonly reason: string;
}

/** An administrator's word. `time`: how long it is to hold, µs; FOREVER for permanent. */
export type FleetOrder =
  | { readonly kind: 'ban' | 'allow'; readonly address: Address; readonly time: number; readonly reason?: string }
  | { readonly kind: 'unban' | 'disallow'; readonly address: Address };

/** Everything throws FLEET_NOT_RUNNING and ACCESS_DENIED, and what f2b-fleetd itself throws. */
export interface FleetControl {
  status(): Promise<FleetStatus>;
  /** Those about an address, or all. */
  bans(address?: Address): Promise<readonly FleetBan[]>;
  pause(isPaused: boolean): Promise<void>;
  /**
   * Throws FLEET_DENIED where this host is no administrator's, as `withdraw` does; BAN_REFUSED for the ban of an
   * address that is spared; NOTHING_ALLOWED for the end of an allowance that is not there.
   */
  order(order: FleetOrder): Promise<void>;
  /** Takes back everywhere what a host has published. */
  withdraw(host: string): Promise<void>;
}
