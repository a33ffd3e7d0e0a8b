/**
 * What firewalld and nftables each do in their own way for the shell around them, see backend-firewall.ts.
 * Invariant: a backend takes what is wanted from the claims alone, and tells its listener whenever its own state changes.
 */
import type { F2bError } from '../errors.js';
import type { Reconciliation, ZoneSource } from '../ports/firewall.js';
import type { Claim, ClaimChange, Claims } from './claims.js';
import type { Listing } from './nftables/listing.js';
import type { Standing } from './waiters.js';

/** Changes not yet made, and the time of the oldest (µs; Infinity for none). */
export interface Pending {
  readonly count: number;
  readonly since: number;
}

export interface Backend extends Standing {
  /** The program, with its version once that is known. */
  readonly name: string;
  /** Why it cannot be told of bans; undefined when it can, or when that will be known soon. */
  readonly problem: F2bError | undefined;
  /** What a person reads as long as that is not known. */
  readonly starting: string;
  /** What it confirmed is still there, as far as is known. */
  readonly isTrusted: boolean;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
  /** See the Firewall port. */
  readonly zoneSources: readonly ZoneSource[];
  /** What holds the claim, which is held, in words. */
  enforcedBy(claim: Claim): readonly string[];
  pending(): Pending;
  /** What the table of f2b's own holds, whose elements know their ends; `nothing` where there is none. */
  list(): Promise<Listing>;
  /** Finds out whether the program works, now and as long as it does not; the listener hears of it. */
  open(): void;
  /**
   * These claims may be wanted otherwise now, and `changes` are. `done` resolves when the backend holds them. Resolves
   * when whatever else keeps bans beside the backend has done its part, too; never rejects.
   */
  change(claims: readonly Claim[], changes: readonly ClaimChange[], done: Promise<void>): Promise<void> | undefined;
  /** The claims are all that is wanted: looks at everything and makes it equal to them. Resolves as `change` does. */
  verify(changes: readonly ClaimChange[]): Promise<void> | undefined;
  /** Leaves what is held in place. */
  close(): void;
}

/** What a backend tells the shell. */
export interface BackendListener {
  /** It can be told of bans from now on. */
  onReady(): void;
  /** It cannot be told of bans any more; `problem` is undefined when it will be known soon whether it can again. */
  onLost(problem: F2bError | undefined): void;
  /** Something changed in what is held: for the claims with these keys, or for any. */
  onProgress(keys?: readonly string[]): void;
  /** Everything is as wanted, and was looked at since the last `verify`. */
  onIdle(): void;
  /** This was out of order. */
  onRepaired(repairs: Reconciliation): void;
  /** Bans were missing that nobody had reason to miss: more may be out of order than was looked at. */
  onSurprise(): void;
  /** `zoneSources` changed. */
  onSources(): void;
}

/** What the shell hands to its backend. */
export interface BackendOwner {
  readonly claims: Claims;
  readonly listener: BackendListener;
  /** A ban that was asked for and is not confirmed yet goes before all that is only put back. */
  isNew(claim: Claim): boolean;
}
