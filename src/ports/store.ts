/** The durable memory: what a start finds and a commit keeps. */
import type { Address } from '../core/address/address.js';
import type { Ban } from '../core/ban.js';
import type { Effect } from '../core/effect.js';
import type { Failure } from '../core/failure.js';
import type { MemoryPart } from '../core/memory.js';
import type { Offender } from '../core/offender.js';
import type { ErrorCode, F2bError } from '../errors.js';
import type { Position } from './journal.js';

/** What `load` returns beside what it hands over. */
export interface Loaded {
  readonly position: Position | undefined;
  readonly allowances: readonly Allowance[];
  /** There is a state, and nothing of it could be read: nobody knows whom it banned, unless the firewall does. */
  readonly isUnread?: true;
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

/** All that is remembered at one moment, between two decisions. */
export interface Remembered {
  readonly failures: Iterable<Failure>;
  readonly offenders: Iterable<Offender>;
  readonly bans: Iterable<Ban>;
  readonly position: Position | undefined;
  readonly allowances: readonly Allowance[];
}

/** Whose memory a store keeps. It is asked and told when the state is not where, or what, the store left. */
export interface StoreOwner {
  /** Told of what needs a person, and of what is about to be mended. */
  report(error: F2bError): void;
  /** What was reported is mended. */
  resolved(code: ErrorCode): void;
  /**
   * All that is remembered now, effects included that were handed over and are not stored yet. To be gone through at
   * once, before anything else can be decided.
   */
  remembered(): Remembered;
  /** Takes in a part of a state that could not be read before. What is remembered already counts more. */
  adopt: Remember;
  /** All of that state was taken in; these are its allowances. */
  adopted(allowances: readonly Allowance[]): void;
}

/** The durable memory. The store is the truth; the firewall is made to agree with it. */
export interface Store {
  /**
   * Reads everything remembered between runs. Failures (in order of time), offenders and bans are handed to whom
   * `begin` returns in parts of some thousands, as they are read: a million offenders never stand in memory at once.
   * It is called again, and all that was handed over is void, when the state turned out to be damaged and another took
   * its place. Once `ending` aborts it rejects, soon; then nothing but `close` is to be called.
   */
  load(begin: () => Remember, ending?: AbortSignal): Promise<Loaded>;
  /**
   * Writes position and effects in one transaction; durable, where a next start will look for it, when the promise
   * resolves. Repeating a commit changes nothing. One of nothing only sees to it that what was stored is still there.
   */
  commit(position: Position | undefined, effects: readonly Effect[]): Promise<void>;
  /** Replaces all allowances. */
  saveAllowances(allowances: readonly Allowance[]): Promise<void>;
  close(): Promise<void>;
}
