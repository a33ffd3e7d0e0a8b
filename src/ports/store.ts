/** The durable memory: what a start finds and a commit keeps. */
import type { Address } from '../core/address.js';
import type { Effect } from '../core/effect.js';
import type { MemoryPart } from '../core/memory.js';
import type { Position } from './journal.js';

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
