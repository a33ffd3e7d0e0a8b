/**
 * The Firewall port over a table of nftables that belongs to f2b alone.
 * Invariant: what is wanted is kept here, whatever becomes of the table; one run of nft is under way at a time, new
 * bans first, and nothing counts as held that the kernel did not confirm.
 */
import type { Ban } from '../../core/ban.js';
import { F2bError } from '../../errors.js';
import type { Clock, Firewall, FirewallChange, FirewallStatus, Reconciliation, ZoneSource } from '../../ports.js';
import { ChangeListeners } from '../change-listeners.js';
import { Confirmations } from '../confirmations.js';
import { type ConnectionCutter, Cutter } from '../cutter.js';
import { type Claim, claimOf, Ledger, type LedgerChange } from '../ledger.js';
import { Opening } from '../opening.js';
import { RepairCount } from '../repair-count.js';
import { Retry } from '../retry.js';
import type { Standing } from '../waiters.js';
import { Elements } from './elements.js';
import { type Listing, merged } from './listing.js';
import type { TableAccess } from './own-table.js';
import { presence } from './table.js';
import { Watch } from './watch.js';

export interface NftablesOptions {
  readonly clock: Clock;
  readonly table: TableAccess;
  readonly cutter?: ConnectionCutter;
}

/** A transaction that fails is tried once more, with a fresh look at the table. */
const ATTEMPTS = 2;

export class Nftables implements Firewall {
  readonly #clock: Clock;
  readonly #table: TableAccess;
  readonly #cutter: ConnectionCutter;
  readonly #ledger = new Ledger();
  readonly #watch: Watch;
  readonly #elements = new Elements(this.#ledger);
  readonly #confirmations: Confirmations;
  readonly #listeners = new ChangeListeners();
  readonly #opening: Opening;
  readonly #retry: Retry;
  readonly #repairs = new RepairCount();
  readonly #standing: Standing = {
    isHeld: (claim) => this.#elements.isHeld(claim),
    isSettled: (claim) => this.#elements.isSound && this.#elements.isSettled(claim),
    isRefused: () => false,
  };
  #version: string | undefined;
  #isReady = false;
  /** Why the firewall does not take bans; undefined when it does, or soon will. */
  #problem: F2bError | undefined;
  #lostAt: number;
  /** The wanted bans are known: the daemon has called `reconcile`. */
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

  constructor({ clock, table, cutter = new Cutter() }: NftablesOptions) {
    this.#clock = clock;
    this.#table = table;
    this.#watch = new Watch(table, clock, () => this.#doubt());
    this.#cutter = cutter;
    this.#confirmations = new Confirmations(cutter);
    this.#opening = new Opening(clock);
    this.#retry = new Retry(clock, () => void this.#open());
    this.#lostAt = clock.now();
    void this.#open();
  }

  opened(): Promise<void> {
    return this.#opening.wait();
  }

  /** Rejects with an F2bError when the firewall cannot be told now; the ban stays wanted and is made when it can. */
  async ban(bans: readonly Ban[]): Promise<void> {
    const claims = bans.map(claimOf);
    const changes = bans.flatMap((ban) => this.#ledger.add(ban));
    this.#confirmations.asked(changes);
    this.#mark(changes, true);
    // Those that were wanted before may have got a later end.
    for (const claim of claims) this.#elements.mark(claim, false, this.#clock.now());
    await this.#settled(claims);
  }

  /** Rejects like `ban`. */
  async unban(bans: readonly Ban[]): Promise<void> {
    const changes = bans.flatMap((ban) => this.#ledger.remove(ban));
    this.#confirmations.asked(changes);
    this.#mark(changes, false);
    await this.#settled(bans.map(claimOf));
  }

  async reconcile(wanted: Iterable<Ban>): Promise<Reconciliation> {
    this.#ledger.replace(wanted, ({ claim, isWanted }) => {
      if (!isWanted) this.#confirmations.withdrawn(claim);
    });
    this.#isTold = true;
    if (this.#problem !== undefined) throw this.#problem;
    this.#isReadDue = true;
    const done = this.#confirmations.waiters.untilIdle();
    this.#work();
    await done;
    return this.#repairs.take();
  }

  holds(ban: Ban): boolean {
    return this.#isTrusted() && this.#ledger.has(ban) && this.#elements.isHeld(claimOf(ban));
  }

  /** nftables knows no zones. */
  zoneSources(): readonly ZoneSource[] {
    return [];
  }

  onChange(listener: (change: FirewallChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  status(): FirewallStatus {
    const name = this.#version === undefined ? 'nftables' : `nftables ${this.#version}`;
    const warnings = [this.#cutter.problem, this.#watch.problem].filter((problem) => problem !== undefined);
    const age = (since: number) => Math.max(0, this.#clock.now() - since);
    const { size } = this.#ledger;
    if (!this.#isReady) {
      const problem = this.#problem === undefined ? 'nft is asked; wait a moment' : described(this.#problem);
      const oldestPending = size === 0 ? 0 : age(this.#lostAt);
      return { name, state: 'unavailable', problem, held: 0, pending: size, oldestPending, warnings };
    }
    const { count, since } = this.#elements.pending();
    let held = 0;
    for (const claim of this.#ledger.claims()) if (this.#elements.isHeld(claim)) held += 1;
    return { name, state: 'ready', held, pending: count, oldestPending: count === 0 ? 0 : age(since), warnings };
  }

  /** Leaves the table in place: a restart of the agent opens no gap. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#retry.cancel();
    this.#watch.end();
    this.#listeners.clear();
    this.#confirmations.waiters.fail(new F2bError('FIREWALL_UNAVAILABLE', 'the agent stops'));
  }

  #mark(changes: readonly LedgerChange[], isNew: boolean): void {
    for (const { claim } of changes) this.#elements.mark(claim, isNew, this.#clock.now());
  }

  async #settled(claims: readonly Claim[]): Promise<void> {
    if (this.#problem !== undefined) throw this.#problem;
    const done = this.#confirmations.waiters.add(claims);
    this.#progress(claims);
    this.#work();
    await done;
  }

  /** Sees whether nft works, and begins to watch the table. */
  async #open(): Promise<void> {
    try {
      this.#version = await this.#table.version();
      await this.#table.apply(presence);
      if (this.#isClosed) return;
      this.#watch.begin();
    } catch (error) {
      this.#failed(error);
      return;
    } finally {
      this.#opening.end();
    }
    this.#problem = undefined;
    this.#isReady = true;
    this.#isReadDue = true;
    this.#work();
    this.#listeners.tell('ready');
  }

  #doubt(): void {
    this.#doubts += 1;
    this.#isReadDue = true;
    this.#work();
  }

  /** What the kernel confirmed is still there, as far as is known. */
  #isTrusted(): boolean {
    return this.#isReady && this.#doubts === this.#doubtsSeen;
  }

  /** Brings the table to what is wanted, until nothing is left to do. */
  #work(): void {
    if (!this.#isWorking && this.#isReady && this.#isTold && !this.#isClosed) void this.#steps();
  }

  async #steps(): Promise<void> {
    this.#isWorking = true;
    try {
      while (!this.#isClosed && ((await this.#step()) || this.#isReadDue))
        this.#progress(this.#confirmations.awaited());
      this.#progress(this.#confirmations.awaited());
      this.#retry.reset();
      this.#confirmations.waiters.idle();
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#isWorking = false;
    }
  }

  /** The most pressing thing; false when there is none. */
  async #step(): Promise<boolean> {
    const mayWait = this.#elements.isSound && this.#isTrusted();
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
    const wasDoubted = !this.#isTrusted();
    this.#isReadDue = false;
    const listing = await this.#list();
    const wasSound = this.#elements.isSound;
    const { added, removed } = this.#elements.become(listing, this.#clock.now());
    this.#doubtsSeen = doubts;
    this.#repairs.add({ added, removed });
    if (wasDoubted && (added > 0 || (wasSound && !this.#elements.isSound))) {
      // Whoever hears this asks for a reconcile, and thereby learns what was mended.
      this.#listeners.tell('lost');
      this.#listeners.tell('ready');
    }
    if (!this.#elements.isSound && this.#isUnproven)
      throw new F2bError('NFT_FAILED', 'the table inet f2b does not stay as it was made');
    this.#isUnproven = false;
  }

  async #list(): Promise<Listing> {
    const listing = await this.#table.list();
    return this.#elements.isDoubtful(listing) ? merged(listing, await this.#table.list()) : listing;
  }

  #failed(error: unknown): void {
    if (this.#isClosed) return;
    const problem = error instanceof F2bError ? error : new F2bError('INTERNAL', String(error), { cause: error });
    this.#problem = problem;
    this.#failures = 0;
    this.#doubts += 1;
    this.#isUnproven = false;
    this.#watch.end();
    this.#confirmations.waiters.fail(problem);
    this.#retry.later();
    if (!this.#isReady) return;
    this.#isReady = false;
    this.#lostAt = this.#clock.now();
    this.#listeners.tell('lost');
  }

  /** Something may have changed for these claims. */
  #progress(claims: Iterable<Claim>): void {
    if (this.#isTrusted()) this.#confirmations.progress(claims, this.#standing);
  }
}

function described({ message, hint }: F2bError): string {
  return `${message}; ${hint}`;
}
