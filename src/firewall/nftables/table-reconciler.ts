/**
 * Keeps a table of nftables as its claims want it, whatever becomes of the table.
 * Invariant: one run of nft is under way at a time, new bans first, and nothing counts as held that the kernel did not
 * confirm.
 */

import { type Backoff, createBackoff } from '../../async/time/backoff.js';
import { createWorkLoop, type WorkLoop } from '../../async/work-loop.js';
import { asF2bError, F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import { tableGone } from '../../text/rules-gone.js';
import type { BackendListener, Pending } from '../backend.js';
import type { Claim, Claims } from '../claims.js';
import type { Standing } from '../waiters.js';
import { Elements } from './elements.js';
import { type Listing, merged } from './listing.js';
import { Monitor } from './monitor.js';
import type { TableAccess } from './own-table.js';
import { presence } from './table.js';

/** Progress is told only while what is known of the table can be trusted. nft that refuses or fails is a loss. */
export type TableListener = Omit<BackendListener, 'onSources'>;

export interface TableReconcilerOptions {
  readonly clock: Clock;
  readonly table: TableAccess;
  readonly claims: Claims;
  readonly listener: TableListener;
  /** Hears what is to be told to people. */
  readonly announce?: ((text: string) => void) | undefined;
}

/** Pauses before nft is tried again, µs. */
const RETRY = { first: 500_000, last: 30_000_000 };

/** A transaction that fails is tried once more, with a fresh look at the table. */
const ATTEMPTS = 2;

type State =
  /** Whether nft works is found out. */
  | { readonly kind: 'opening' }
  | { readonly kind: 'ready' }
  /** nft refuses or fails. It is tried again, and stays in this state until it works. */
  | { readonly kind: 'failed'; readonly problem: F2bError }
  | { readonly kind: 'closed' };

/** `reading`: the table is to be looked at. `proof`: it was made anew, and should be found as it was made. */
type Due = 'reading' | 'proof';

export class TableReconciler implements Standing {
  readonly #clock: Clock;
  readonly #table: TableAccess;
  readonly #listener: TableListener;
  readonly #announce: (text: string) => void;
  readonly #elements: Elements;
  readonly #retry: Backoff;
  readonly #monitor: Monitor;
  readonly #loop: WorkLoop;
  readonly #due = new Set<Due>(['reading']);
  #state: State = { kind: 'opening' };
  #version: string | undefined;
  /** The claims are all that is wanted: before, nothing in the table is known to be foreign. */
  #isComplete = false;
  /** How often there was reason to doubt what is known of the table: rules deleted, a transaction failed. */
  #doubts = 0;
  /** The same, when the table was last looked at. */
  #doubtsSeen = 0;
  /** Transactions that failed since the last one that did not. */
  #failures = 0;
  /** Looks at the table that were begun, and the last of them that found it as it has to be, and otherwise. */
  readonly #looks = { begun: 0, whole: 0, broken: 0 };
  /** Resolves when the look under way has ended, however it ends. */
  #looking: Promise<void> = Promise.resolve();

  constructor({ clock, table, claims, listener, announce = () => {} }: TableReconcilerOptions) {
    this.#clock = clock;
    this.#table = table;
    this.#listener = listener;
    this.#announce = announce;
    this.#elements = new Elements(claims);
    this.#retry = createBackoff(clock, RETRY, () => void this.open());
    this.#monitor = new Monitor(table, clock, () => this.#doubt());
    this.#loop = createWorkLoop(
      () => this.#steps(),
      (cause) => this.#failed(cause),
    );
  }

  /** nft's; undefined until it was asked. */
  get version(): string | undefined {
    return this.#version;
  }

  /** Why nft does not do what it is asked; undefined when it does, or soon will. */
  get problem(): F2bError | undefined {
    return this.#state.kind === 'failed' ? this.#state.problem : undefined;
  }

  /** Why what others do to the table is noticed late; undefined when it is noticed at once. */
  get monitorProblem(): string | undefined {
    return this.#monitor.problem;
  }

  /** What the kernel confirmed is still there, as far as is known. */
  get isTrusted(): boolean {
    return this.#state.kind === 'ready' && this.#doubts === this.#doubtsSeen;
  }

  /**
   * What is returned tells whether the table was looked at after this call, and found each time as it has to be: nobody flushed
   * all rules until then. It waits for a look that is under way.
   */
  undisturbed(): () => Promise<boolean> {
    const { begun } = this.#looks;
    return async () => {
      await this.#looking;
      return this.isTrusted && this.#looks.whole > begun && this.#looks.broken <= begun;
    };
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

  pending(): Pending {
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
    if (this.#state.kind === 'closed') return;
    this.#state = { kind: 'ready' };
    this.#due.add('reading');
    this.#monitor.begin();
    this.#listener.onReady();
    this.work();
  }

  /** What is wanted of this claim may have changed. `isNew`: before everything that is only put back. */
  mark(claim: Claim, isNew: boolean): void {
    this.#elements.mark(claim, isNew, this.#clock.now());
  }

  /** The claims are all that is wanted: the table is looked at, and made equal to them. */
  verify(): void {
    this.#isComplete = true;
    this.#due.add('reading');
    this.work();
  }

  /** Brings the table to what is wanted, until nothing is left to do. */
  work(): void {
    if (this.#state.kind === 'ready' && this.#isComplete) this.#loop.wake();
  }

  /** Leaves the table as it is. */
  close(): void {
    this.#state = { kind: 'closed' };
    void this.#loop.end();
    this.#monitor.end();
    this.#retry.cancel();
  }

  /** There is reason to doubt what is known of the table. */
  #doubt(): void {
    this.#doubts += 1;
    this.#due.add('reading');
    this.work();
  }

  async #steps(): Promise<void> {
    while (this.#state.kind === 'ready' && ((await this.#step()) || this.#due.has('reading'))) this.#progress();
    if (this.#state.kind !== 'ready') return;
    this.#progress();
    this.#retry.reset();
    this.#listener.onIdle();
  }

  #progress(): void {
    if (this.isTrusted) this.#listener.onProgress();
  }

  /** The most pressing thing; false when there is none. */
  async #step(): Promise<boolean> {
    const mayWait = this.#elements.isSound && this.isTrusted;
    if (this.#due.has('reading') && !(mayWait && this.#elements.hasUrgent)) {
      const reading = this.#read();
      this.#looking = reading.catch(() => {});
      await reading;
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
      this.#due.add('proof');
      this.#due.add('reading');
    }
    return true;
  }

  async #read(): Promise<void> {
    const doubts = this.#doubts;
    const wasDoubted = !this.isTrusted;
    this.#due.delete('reading');
    this.#looks.begun += 1;
    const look = this.#looks.begun;
    const listing = await this.#list();
    const wasSound = this.#elements.isSound;
    const found = this.#elements.become(listing, this.#clock.now());
    this.#looks[this.#elements.isSound ? 'whole' : 'broken'] = look;
    this.#doubtsSeen = doubts;
    const isSurprise = wasDoubted && (found.added > 0 || (wasSound && !this.#elements.isSound));
    if (isSurprise && wasSound && !this.#elements.isOutdated) this.#announce(tableGone(this.#table.name));
    this.#listener.onRepaired(found);
    if (isSurprise) this.#listener.onSurprise();
    // Making the table again would not help.
    if (this.#due.has('proof') && !this.#elements.isSound && !this.#elements.isOutdated)
      throw new F2bError('NFT_FAILED', `the table inet ${this.#table.name} does not stay as it was made`);
    this.#due.delete('proof');
  }

  async #list(): Promise<Listing> {
    const listing = await this.#table.list();
    return this.#elements.isDoubtful(listing) ? merged(listing, await this.#table.list()) : listing;
  }

  #failed(error: unknown): void {
    if (this.#state.kind === 'closed') return;
    const problem = asF2bError(error);
    this.#state = { kind: 'failed', problem };
    this.#failures = 0;
    this.#doubts += 1;
    this.#due.delete('proof');
    this.#monitor.end();
    this.#retry.later();
    this.#listener.onLost(problem);
  }
}
