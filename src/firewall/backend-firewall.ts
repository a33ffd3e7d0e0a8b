/**
 * The Firewall port over any backend: who asked for a ban hears of it, connections are cut, the status is put together.
 * Invariant: what is wanted is kept here, whatever becomes of the backend.
 */
import type { Ban } from '../core/ban.js';
import { F2bError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type {
  Firewall,
  FirewallChange,
  FirewallStatus,
  FoundBan,
  JailEffect,
  Reconciliation,
  ZoneSource,
} from '../ports/firewall.js';
import { errorLine } from '../text/error-lines.js';
import type { Backend, BackendListener, BackendOwner } from './backend.js';
import { ChangeListeners } from './change-listeners.js';
import { type Claim, type ClaimChange, Claims, claimOf } from './claims.js';
import { Confirmations } from './confirmations.js';
import type { ConnectionKiller } from './connection-killer.js';
import { foundBans } from './nftables/found-bans.js';
import { Readiness } from './readiness.js';
import { RepairCount } from './repair-count.js';

export interface BackendFirewallOptions {
  readonly clock: Clock;
  readonly killer: ConnectionKiller;
  readonly open: (owner: BackendOwner) => Backend;
}

export class BackendFirewall implements Firewall {
  readonly #clock: Clock;
  readonly #killer: ConnectionKiller;
  readonly #claims = new Claims();
  readonly #backend: Backend;
  readonly #confirmations: Confirmations;
  readonly #listeners = new ChangeListeners();
  readonly #opening: Readiness;
  readonly #repairs = new RepairCount();
  /** Since when the backend cannot be told of bans, µs; undefined while it can. */
  #lostAt: number | undefined;

  constructor({ clock, killer, open }: BackendFirewallOptions) {
    this.#clock = clock;
    this.#killer = killer;
    this.#confirmations = new Confirmations(killer);
    this.#opening = new Readiness(clock);
    this.#lostAt = clock.now();
    const isNew = (claim: Claim) => this.#confirmations.isNew(claim);
    this.#backend = open({ claims: this.#claims, listener: this.#listener(), isNew });
    this.#backend.open();
  }

  opened(): Promise<void> {
    return this.#opening.wait();
  }

  /** Rejects with an F2bError when the firewall cannot be told now; the ban stays wanted and is made when it can. */
  async ban(bans: readonly Ban[]): Promise<void> {
    await this.#change(
      bans,
      bans.flatMap((ban) => this.#claims.add(ban)),
    );
  }

  /** Rejects like `ban`. */
  async unban(bans: readonly Ban[]): Promise<void> {
    await this.#change(
      bans,
      bans.flatMap((ban) => this.#claims.remove(ban)),
    );
  }

  async reconcile(wanted: Iterable<Ban>): Promise<Reconciliation> {
    const changes: ClaimChange[] = [];
    this.#claims.replace(wanted, (change) => {
      changes.push(change);
      if (!change.isWanted) this.#confirmations.withdrawn(change.claim);
    });
    const { problem } = this.#backend;
    const done = problem === undefined ? this.#confirmations.waiters.untilIdle() : undefined;
    const beside = this.#backend.verify(changes);
    if (problem !== undefined) throw problem;
    await done;
    await beside;
    return this.#repairs.take();
  }

  async found(jails: readonly JailEffect[]): Promise<readonly FoundBan[]> {
    return foundBans(await this.#backend.list(), jails, this.#clock.now());
  }

  holds(ban: Ban): boolean {
    return this.#backend.isTrusted && this.#claims.has(ban) && this.#backend.isHeld(claimOf(ban));
  }

  enforcedBy(ban: Ban): readonly string[] {
    return this.holds(ban) ? this.#backend.enforcedBy(claimOf(ban)) : [];
  }

  zoneSources(): readonly ZoneSource[] {
    return this.#backend.zoneSources;
  }

  onChange(listener: (change: FirewallChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  status(): FirewallStatus {
    const { name, notes } = this.#backend;
    const problems = this.#killer.problem === undefined ? [] : [this.#killer.problem];
    const warnings = [...this.#backend.warnings, ...problems];
    const age = (since: number) => Math.max(0, this.#clock.now() - since);
    if (this.#lostAt !== undefined) {
      const pending = this.#claims.size;
      const oldestPending = pending === 0 ? 0 : age(this.#lostAt);
      return { name, state: 'unavailable', problem: this.#trouble(), held: 0, pending, oldestPending, warnings, notes };
    }
    const { count, since } = this.#backend.pending();
    const held = this.#claims.count((claim) => this.#backend.isHeld(claim));
    return { name, state: 'ready', held, pending: count, oldestPending: count === 0 ? 0 : age(since), warnings, notes };
  }

  /** Leaves what is held in place: a restart of the agent opens no gap. */
  async close(): Promise<void> {
    this.#listeners.clear();
    this.#backend.close();
    this.#opening.end();
    this.#confirmations.waiters.fail(new F2bError('FIREWALL_UNAVAILABLE', 'the agent stops'));
  }

  async #change(bans: readonly Ban[], changes: readonly ClaimChange[]): Promise<void> {
    this.#confirmations.asked(changes);
    const claims = bans.map(claimOf);
    const { problem } = this.#backend;
    const done = problem === undefined ? this.#confirmations.waiters.add(claims) : Promise.reject(problem);
    const beside = this.#backend.change(claims, changes, done);
    this.#progress(claims);
    await done;
    await beside;
  }

  /** Something may have changed for these claims. */
  #progress(claims: Iterable<Claim>): void {
    if (this.#backend.isTrusted) this.#confirmations.progress(claims, this.#backend);
  }

  #trouble(): string {
    const { problem, starting } = this.#backend;
    return problem === undefined ? `${starting}; wait a moment` : errorLine(problem);
  }

  #listener(): BackendListener {
    return {
      onReady: () => {
        this.#lostAt = undefined;
        this.#opening.end();
        this.#listeners.tell('ready');
      },
      onLost: (problem) => this.#lost(problem),
      onProgress: (keys) => this.#progress(this.#confirmations.awaited(keys)),
      onIdle: () => this.#confirmations.waiters.idle(),
      onRepaired: (repairs) => this.#repairs.add(repairs),
      onSurprise: () => {
        if (this.#lostAt !== undefined) return;
        // Whoever hears this asks for a reconcile, and thereby learns what was mended.
        this.#listeners.tell('lost');
        this.#listeners.tell('ready');
      },
      onSources: () => this.#listeners.tell('sources'),
    };
  }

  #lost(problem: F2bError | undefined): void {
    if (problem !== undefined) {
      this.#opening.end();
      this.#confirmations.waiters.fail(problem);
    }
    if (this.#lostAt !== undefined) return;
    this.#lostAt = this.#clock.now();
    this.#listeners.tell('lost');
  }
}
