/** What a jail would have done, as `f2bctl simulate` shows it. */
import type { Ban } from '../core/ban.js';

/** A ban that was not made. */
export type SimulatedBan = Pick<Ban, 'address' | 'since' | 'until' | 'count' | 'failures'>;

/** What a jail would have done with what the journal holds (`f2bctl simulate`). Times in µs since the epoch. */
export interface Simulation {
  readonly jail: string;
  /** Entries that the jail reads; for a jail that is fed by bans, those that the jails which feed it read. */
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

/** What to simulate. */
export interface SimulationRequest {
  readonly jail: string;
  readonly configDirectory: string;
  /** `KEY=VALUE` of a jail file, put on top of the jail's own. */
  readonly settings: readonly string[];
  /** Journal files elsewhere than this machine's own. */
  readonly directory: string | undefined;
  /** µs since the epoch; undefined: from the oldest entry on. */
  readonly since: number | undefined;
  readonly until: number;
}
