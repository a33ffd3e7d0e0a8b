/** What a check of the state file says of it. */
import type { Position } from './journal.js';

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
