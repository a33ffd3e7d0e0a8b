/**
 * Keeps a table of nftables as its claims want it, whatever becomes of the table.
 * Invariant: one run of nft is under way at a time, new bans first, and nothing counts as held that the kernel did not
 * confirm.
 */

import { type Backoff, createBackoff } from '../../async/backoff.js';
import { asF2bError, F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Reconciliation } from '../../ports/firewall.js';
import type { Claim, Claims } from '../claims.js';
import type { Standing } from '../waiters.js';
import { Elements } from './elements.js';
import { type Listing, merged } from './listing.js';
import { Monitor } from './monitor.js';
import type { TableAccess } from './own-table.js';
import { presence } from './table.js';

/** What a keeper tells its owner. */
export interface TableListener {
  /** nft works, and the table is there. */
  onReady(): void;
  /** Something changed in what is held, and what is known of that can be trusted. */
  onProgress(): void;
  /** Everything is as wanted, and was looked at since the last `verify`. */
  onIdle(): void;
  /** The table was looked at; this was out of order. `isSurprise`: there was reason to look, and bans were missing. */
  onSeen(found: Reconciliation, isSurprise: boolean): void;
  /** nft refuses or fails; it is tried again by and by. */
  onFailure(problem: F2bError): void;
}

export interface TableReconcilerOptions {
  readonly clock: Clock;
  readonly table: TableAccess;
  readonly claims: Claims;
  readonly listener: TableListener;
}

/** Pauses before nft is tried again, µs. */
const RETRY = { first: 500_000, last: 30_000_000 };

/** A transaction that fails is tried once more, with a fresh look at the table. */
const ATTEMPTS = 2;

export class TableReconciler implements Standing {
  readonly #clock: Clock;
  readonly #table: TableAccess;
  readonly #listener: TableListener;
  readonly #elements: Elements;
  readonly #retry: Backoff;
  readonly #monitor: Monitor;
  #version: string | undefined;
  /** nft works, as far as is known. */
  #isReady = false;
  #problem: F2bError | undefined;
  /** The claims say what is wanted already. */
  #isTold = false;
  #isWorking = false;
  #isClosed = false;
  /** The table is to be looked at. */
  #isReadDue = true;
  /** How often there was reason to doubt what is known of the table: rules deleted, a transaction failed. */
  #doubts = 0;
  /** The same, when the table was last looked at. */
  #doubtsSeen = 0;
  /** Transactions that failed since the last one that did not. */
  #failures = 0;
  /** A new table was made and is still to be looked at: if it is not right then, making it again would not help. */
  #isUnproven = false;

  constructor({ clock, table, claims, listener }: TableReconcilerOptions) {
    this.#clock = clock;
    this.#table = table;
    this.#listener = listener;
    this.#elements = new Elements(claims);
    this.#retry = createBackoff(clock, RETRY, () => void this.open());
    this.#monitor = new Monitor(table, clock, () => this.#doubt());
  }

  /** nft's; undefined until it was asked. */
  get version(): string | undefined {
    return this.#version;
  }

  /** Why nft does not do what it is asked; undefined when it does, or soon will. */
  get problem(): F2bError | undefined {
    return this.#problem;
  }

  /** Why what others do to the table is noticed late; undefined when it is noticed at once. */
  get monitorProblem(): string | undefined {
    return this.#monitor.problem;
  }

  /** What the kernel confirmed is still there, as far as is known. */
  get isTrusted(): boolean {
    return this.#isReady && this.#doubts === this.#doubtsSeen;
  }

  isHeld(claim: Claim): boolean {
    return this.#elements.isHeld(claim);
  }

  isSettled(claim: Claim): boolean {
    return this.#elements.isSound && this.#elements.isSettled(claim);
  }

  isRefused(): boolean {
    return false;
  }

  /** Changes not yet made, and the time of the oldest (µs; Infinity for none). */
  pending(): { readonly count: number; readonly since: number } {
    return this.#elements.pending();
  }

  /** Sees whether nft works. Once is enough: it is tried again as long as it does not. */
  async open(): Promise<void> {
    try {
      this.#version = await this.#table.version();
      await this.#table.apply(presence);
    } catch (error) {
      this.#failed(error);
      return;
    }
    if (this.#isClosed) return;
    this.#problem = undefined;
    this.#isReady = true;
    this.#isReadDue = true;
    this.#monitor.begin();
    this.#listener.onReady();
    this.work();
  }

  /** What is wanted of this claim may have changed. `isNew`: before everything that is only put back. */
  mark(claim: Claim, isNew: boolean): void {
    this.#elements.mark(claim, isNew, this.#clock.now());
  }

  /** The claims say what is wanted already: the table is looked at, and made equal to it. */
  verify(): void {
    this.#isTold = true;
    this.#isReadDue = true;
    this.work();
  }

  /** Brings the table to what is wanted, until nothing is left to do. */
  work(): void {
    if (!this.#isWorking && this.#isReady && this.#isTold && !this.#isClosed) void this.#steps();
  }

  /** Leaves the table as it is. */
  close(): void {
    this.#isClosed = true;
    this.#monitor.end();
    this.#retry.cancel();
  }

  /** There is reason to doubt what is known of the table. */
  #doubt(): void {
    this.#doubts += 1;
    this.#isReadDue = true;
    this.work();
  }

  async #steps(): Promise<void> {
    this.#isWorking = true;
    try {
      while (!this.#isClosed && ((await this.#step()) || this.#isReadDue)) this.#progress();
      this.#progress();
      this.#retry.reset();
      this.#listener.onIdle();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isWorking = false;
    }
  }

  #progress(): void {
    if (this.isTrusted) this.#listener.onProgress();
  }

  /** The most pressing thing; false when there is none. */
  async #step(): Promise<boolean> {
    const mayWait = this.#elements.isSound && this.isTrusted;
    if (this.#isReadDue && !(mayWait && this.#elements.hasUrgent)) {
      await this.#read();
      return true;
    }
    const transaction = this.#elements.next(this.#clock.now());
    if (transaction === undefined) return false;
    try {
      await this.#table.apply(transaction.commands);
    } catch (error) {
      this.#elements.failed();
      this.#failures += 1;
      if (this.#failures >= ATTEMPTS) throw error;
      this.#doubt();
      return true;
    }
    this.#failures = 0;
    this.#elements.done(transaction);
    if (transaction.isNewTable) {
      this.#isUnproven = true;
      this.#isReadDue = true;
    }
    return true;
  }

  async #read(): Promise<void> {
    const doubts = this.#doubts;
    const wasDoubted = !this.isTrusted;
    this.#isReadDue = false;
    const listing = await this.#list();
    const wasSound = this.#elements.isSound;
    const found = this.#elements.become(listing, this.#clock.now());
    this.#doubtsSeen = doubts;
    const isSurprise = wasDoubted && (found.added > 0 || (wasSound && !this.#elements.isSound));
    this.#listener.onSeen(found, isSurprise);
    if (!this.#elements.isSound && this.#isUnproven && !this.#elements.isOutdated)
      throw new F2bError('NFT_FAILED', `the table inet ${this.#table.name} does not stay as it was made`);
    this.#isUnproven = false;
  }

  async #list(): Promise<Listing> {
    const listing = await this.#table.list();
    return this.#elements.isDoubtful(listing) ? merged(listing, await this.#table.list()) : listing;
  }

  #failed(error: unknown): void {
    if (this.#isClosed) return;
    const problem = asF2bError(error);
    this.#problem = problem;
    this.#failures = 0;
    this.#doubts += 1;
    this.#isUnproven = false;
    this.#isReady = false;
    this.#monitor.end();
    this.#retry.later();
    this.#listener.onFailure(problem);
  }
}
