/**
 * The Firewall port over a table of nftables that belongs to f2b alone.
 * Invariant: what is wanted is kept here, whatever becomes of the table.
 */
import type { Ban } from '../../core/ban.js';
import { F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Firewall, FirewallChange, FirewallStatus, Reconciliation, ZoneSource } from '../../ports/firewall.js';
import { ChangeListeners } from '../change-listeners.js';
import { type Claim, type ClaimChange, Claims, claimOf } from '../claims.js';
import { Confirmations } from '../confirmations.js';
import { type ConnectionKiller, SocketKiller } from '../connection-killer.js';
import { Readiness } from '../readiness.js';
import { RepairCount } from '../repair-count.js';
import type { TableAccess } from './own-table.js';
import { type TableListener, TableReconciler } from './table-reconciler.js';

export interface NftablesOptions {
  readonly clock: Clock;
  readonly table: TableAccess;
  readonly cutter?: ConnectionKiller;
}

export class Nftables implements Firewall {
  readonly #clock: Clock;
  readonly #cutter: ConnectionKiller;
  readonly #claims = new Claims();
  readonly #keeper: TableReconciler;
  readonly #confirmations: Confirmations;
  readonly #listeners = new ChangeListeners();
  readonly #opening: Readiness;
  readonly #repairs = new RepairCount();
  /** Since when the firewall does not take bans, µs; undefined while it does. */
  #lostAt: number | undefined;

  constructor({ clock, table, cutter = new SocketKiller() }: NftablesOptions) {
    this.#clock = clock;
    this.#cutter = cutter;
    this.#confirmations = new Confirmations(cutter);
    this.#opening = new Readiness(clock);
    this.#lostAt = clock.now();
    this.#keeper = new TableReconciler({ clock, table, claims: this.#claims, listener: this.#listener() });
    void this.#keeper.open();
  }

  opened(): Promise<void> {
    return this.#opening.wait();
  }

  /** Rejects with an F2bError when the firewall cannot be told now; the ban stays wanted and is made when it can. */
  async ban(bans: readonly Ban[]): Promise<void> {
    const claims = bans.map(claimOf);
    const changes = bans.flatMap((ban) => this.#claims.add(ban));
    this.#confirmations.asked(changes);
    this.#mark(changes, true);
    // Those that were wanted before may have got a later end.
    for (const claim of claims) this.#keeper.mark(claim, false);
    await this.#settled(claims);
  }

  /** Rejects like `ban`. */
  async unban(bans: readonly Ban[]): Promise<void> {
    const changes = bans.flatMap((ban) => this.#claims.remove(ban));
    this.#confirmations.asked(changes);
    this.#mark(changes, false);
    await this.#settled(bans.map(claimOf));
  }

  async reconcile(wanted: Iterable<Ban>): Promise<Reconciliation> {
    this.#claims.replace(wanted, ({ claim, isWanted }) => {
      if (!isWanted) this.#confirmations.withdrawn(claim);
    });
    const { problem } = this.#keeper;
    const done = problem === undefined ? this.#confirmations.waiters.untilIdle() : undefined;
    this.#keeper.verify();
    if (problem !== undefined) throw problem;
    await done;
    return this.#repairs.take();
  }

  holds(ban: Ban): boolean {
    return this.#keeper.isTrusted && this.#claims.has(ban) && this.#keeper.isHeld(claimOf(ban));
  }

  /** nftables knows no zones. */
  zoneSources(): readonly ZoneSource[] {
    return [];
  }

  onChange(listener: (change: FirewallChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  status(): FirewallStatus {
    const { version, problem: failure } = this.#keeper;
    const name = version === undefined ? 'nftables' : `nftables ${version}`;
    const warnings = [this.#cutter.problem, this.#keeper.monitorProblem].filter((problem) => problem !== undefined);
    const age = (since: number) => Math.max(0, this.#clock.now() - since);
    const { size } = this.#claims;
    if (this.#lostAt !== undefined) {
      const problem = failure === undefined ? 'nft is asked; wait a moment' : described(failure);
      const oldestPending = size === 0 ? 0 : age(this.#lostAt);
      return { name, state: 'unavailable', problem, held: 0, pending: size, oldestPending, warnings };
    }
    const { count, since } = this.#keeper.pending();
    const held = this.#claims.count((claim) => this.#keeper.isHeld(claim));
    return { name, state: 'ready', held, pending: count, oldestPending: count === 0 ? 0 : age(since), warnings };
  }

  /** Leaves the table in place: a restart of the agent opens no gap. */
  async close(): Promise<void> {
    this.#keeper.close();
    this.#opening.end();
    this.#listeners.clear();
    this.#confirmations.waiters.fail(new F2bError('FIREWALL_UNAVAILABLE', 'the agent stops'));
  }

  #mark(changes: readonly ClaimChange[], isNew: boolean): void {
    for (const { claim } of changes) this.#keeper.mark(claim, isNew);
  }

  async #settled(claims: readonly Claim[]): Promise<void> {
    if (this.#keeper.problem !== undefined) throw this.#keeper.problem;
    const done = this.#confirmations.waiters.add(claims);
    this.#progress(claims);
    this.#keeper.work();
    await done;
  }

  /** Something may have changed for these claims. */
  #progress(claims: Iterable<Claim>): void {
    if (this.#keeper.isTrusted) this.#confirmations.progress(claims, this.#keeper);
  }

  #listener(): TableListener {
    return {
      onReady: () => {
        this.#lostAt = undefined;
        this.#opening.end();
        this.#listeners.tell('ready');
      },
      onProgress: () => this.#progress(this.#confirmations.awaited()),
      onIdle: () => this.#confirmations.waiters.idle(),
      onSeen: (found, isSurprise) => {
        this.#repairs.add(found);
        if (!isSurprise) return;
        // Whoever hears this asks for a reconcile, and thereby learns what was mended.
        this.#listeners.tell('lost');
        this.#listeners.tell('ready');
      },
      onFailure: (problem) => {
        this.#opening.end();
        this.#confirmations.waiters.fail(problem);
        if (this.#lostAt !== undefined) return;
        this.#lostAt = this.#clock.now();
        this.#listeners.tell('lost');
      },
    };
  }
}

function described({ message, hint }: F2bError): string {
  return `${message}; ${hint}`;
}
