/**
 * The Firewall port over firewalld's D-Bus interface.
 * Invariant: what is wanted is kept here, whatever becomes of firewalld; whenever it can be reached, the run-time
 * sets are brought to it, one call at a time, new bans first. An answer from before firewalld lost its state counts
 * for nothing.
 */

import { type Backoff, createBackoff } from '../../async/backoff.js';
import type { Ban } from '../../core/ban.js';
import type { Value } from '../../dbus/message.js';
import { F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Firewall, FirewallChange, FirewallStatus, Reconciliation, ZoneSource } from '../../ports/firewall.js';
import { counted } from '../../text/counted.js';
import { ChangeListeners } from '../change-listeners.js';
import { type Claim, type ClaimChange, Claims, claimOf } from '../claims.js';
import { Confirmations } from '../confirmations.js';
import { type ConnectionKiller, SocketKiller } from '../connection-killer.js';
import type { TableAccess } from '../nftables/own-table.js';
import { Readiness } from '../readiness.js';
import { RepairCount } from '../repair-count.js';
import { FIREWALLD, FIREWALLD_PATH, type FirewalldBus, FirewalldClient } from './client.js';
import { GUARD_TABLE, GuardTable } from './guard-table.js';
import type { KernelAccess } from './kernel.js';
import { Session } from './session.js';
import { areSame, isOurs, NO_SOURCES, type ZoneSources } from './zone-sources.js';

export interface FirewalldOptions {
  readonly bus: FirewalldBus;
  readonly clock: Clock;
  readonly cutter?: ConnectionKiller;
  /** Without it, firewalld's word is taken for the kernel's. */
  readonly kernel?: KernelAccess;
  /** The guard's table; without it there is no guard. */
  readonly guard?: TableAccess;
  /** Hears what a person should know, such as a reload of firewalld that f2b asks for. */
  readonly announce?: (text: string) => void;
}

/** What firewalld tells when the sources of a zone, or what it does to them, may have changed. The zone comes first. */
const SOURCE_SIGNALS: readonly string[] = ['SourceAdded', 'SourceRemoved', 'ZoneOfSourceChanged', 'ZoneUpdated'];

/** Pauses before firewalld is tried again, µs. */
const RETRY = { first: 500_000, last: 30_000_000 };

/** Making the same missing sets is tried again after this long, µs: it takes a reload each time. */
const BUILD_PAUSE = 600_000_000;

export class Firewalld implements Firewall {
  readonly #clock: Clock;
  readonly #client: FirewalldClient;
  readonly #cutter: ConnectionKiller;
  readonly #kernel: KernelAccess | undefined;
  readonly #guard: GuardTable | undefined;
  readonly #announce: (text: string) => void;
  readonly #claims = new Claims();
  readonly #confirmations: Confirmations;
  readonly #listeners = new ChangeListeners();
  readonly #unsubscribe: readonly (() => void)[];
  /** Over when it is known whether firewalld can be told of bans. */
  readonly #opening: Readiness;
  readonly #retry: Backoff;
  readonly #repairs = new RepairCount();
  readonly #builtAt = new Map<string, number>();
  #session: Session | undefined;
  #version: string | undefined;
  /** The session found firewalld in order. */
  #isReady = false;
  /** firewalld holds all that is wanted, or did when it was last told of everything. */
  #isIdle = false;
  #zones = NO_SOURCES;
  /** Why the firewall does not take bans; undefined when it does, or soon will. */
  #problem: F2bError | undefined = absence();
  #lostAt: number;
  /** The wanted bans are known: the daemon has called `reconcile`. */
  #isTold = false;

  constructor(options: FirewalldOptions) {
    const { bus, clock, cutter = new SocketKiller(), kernel, guard: table } = options;
    this.#clock = clock;
    this.#client = new FirewalldClient(bus);
    this.#cutter = cutter;
    this.#confirmations = new Confirmations(cutter);
    this.#opening = new Readiness(clock);
    this.#retry = createBackoff(clock, RETRY, () => this.#open());
    this.#kernel = kernel;
    this.#guard = table && new GuardTable({ clock, table, claims: this.#claims, onLoss: () => this.#doubt() });
    this.#announce = options.announce ?? (() => {});
    this.#lostAt = clock.now();
    const on = (name: string, member: string, listener: (body: readonly Value[]) => void) =>
      bus.onSignal({ sender: FIREWALLD, path: FIREWALLD_PATH, interface: name, member }, listener);
    this.#unsubscribe = [
      bus.watchName(FIREWALLD, (owner) => (owner === undefined ? this.#absent() : this.#open())),
      on(FIREWALLD, 'Reloaded', () => this.#open()),
      on(`${FIREWALLD}.zone`, 'SourceRemoved', ([zone]) => isOurs(String(zone)) && this.#session?.checkBindings()),
      ...SOURCE_SIGNALS.map((member) =>
        on(`${FIREWALLD}.zone`, member, ([zone]) => isOurs(String(zone)) || this.#session?.checkSources()),
      ),
      on(`${FIREWALLD}.policy`, 'PolicyUpdated', () => this.#session?.checkBindings()),
    ];
  }

  opened(): Promise<void> {
    return this.#opening.wait();
  }

  /** Rejects with an F2bError when the firewall cannot be told now; the ban stays wanted and is made when it can. */
  async ban(bans: readonly Ban[]): Promise<void> {
    const changes = bans.flatMap((ban) => this.#claims.add(ban));
    this.#confirmations.asked(changes);
    await this.#change(changes, bans);
  }

  /** Rejects like `ban`. */
  async unban(bans: readonly Ban[]): Promise<void> {
    const changes = bans.flatMap((ban) => this.#claims.remove(ban));
    this.#confirmations.asked(changes);
    await this.#change(changes, bans);
  }

  async reconcile(wanted: Iterable<Ban>): Promise<Reconciliation> {
    const changes: ClaimChange[] = [];
    this.#claims.replace(wanted, (change) => {
      changes.push(change);
      if (!change.isWanted) this.#confirmations.withdrawn(change.claim);
    });
    const guardDone = this.#guard?.verify();
    this.#isTold = true;
    if (this.#problem !== undefined) throw this.#problem;
    const done = this.#confirmations.waiters.untilIdle();
    if (this.#isReady && this.#session !== undefined) {
      this.#session.apply(changes, false);
      this.#repairs.add({ added: 0, removed: changes.filter(({ isWanted }) => !isWanted).length });
      this.#session.verify();
      this.#session.begin();
    }
    await done;
    await guardDone;
    return this.#repairs.take();
  }

  holds(ban: Ban): boolean {
    return this.#isReady && this.#claims.has(ban) && this.#session?.pools.isHeld(claimOf(ban)) === true;
  }

  zoneSources(): readonly ZoneSource[] {
    return this.#zones.sources;
  }

  onChange(listener: (change: FirewallChange) => void): () => void {
    return this.#listeners.add(listener);
  }

  status(): FirewallStatus {
    const name = this.#version === undefined ? 'firewalld' : `firewalld ${this.#version}`;
    const problems = [this.#cutter.problem, this.#guard?.problem, this.#kernel?.problem].filter(
      (problem) => problem !== undefined,
    );
    const warnings = [...(this.#session?.warnings ?? []), ...this.#zones.warnings, ...problems];
    const notes = [...this.#forwarding(), ...this.#standingIn()];
    const age = (since: number) => Math.max(0, this.#clock.now() - since);
    const pools = this.#session?.pools;
    if (pools === undefined || !this.#isReady) {
      const { message, hint } =
        this.#problem ?? new F2bError('FIREWALL_UNAVAILABLE', 'firewalld starts', { hint: 'wait a moment' });
      const pending = this.#claims.size;
      const oldestPending = pending === 0 ? 0 : age(this.#lostAt);
      return {
        name,
        state: 'unavailable',
        problem: `${message}; ${hint}`,
        held: 0,
        pending,
        oldestPending,
        warnings,
        notes,
      };
    }
    const { count, since } = pools.pending();
    const held = this.#claims.count((claim) => pools.isHeld(claim));
    return { name, state: 'ready', held, pending: count, oldestPending: count === 0 ? 0 : age(since), warnings, notes };
  }

  #forwarding(): readonly string[] {
    const forwarders = this.#session?.forwarders ?? [];
    if (forwarders.length === 0) return [];
    const effect =
      this.#guard?.isKept === true
        ? `bans hold there too, through the table inet ${GUARD_TABLE}`
        : 'banned addresses reach them: install the package nftables, or set Firewall=nftables in f2bd.conf';
    return [`ports are forwarded by ${forwarders.join(', ')} before firewalld asks any zone; ${effect}`];
  }

  #standingIn(): readonly string[] {
    const held = this.#isIdle ? 0 : (this.#guard?.held() ?? 0);
    if (held === 0) return [];
    return [`the table inet ${GUARD_TABLE} holds ${counted(held, 'address')} until firewalld does`];
  }

  /** Leaves the entries in place: a restart of the agent opens no gap. */
  async close(): Promise<void> {
    this.#guard?.close();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#listeners.clear();
    this.#lose(new F2bError('FIREWALL_UNAVAILABLE', 'the agent stops'));
  }

  async #change(changes: readonly ClaimChange[], bans: readonly Ban[]): Promise<void> {
    const claims = bans.map(claimOf);
    const done = this.#problem === undefined ? this.#confirmations.waiters.add(claims) : Promise.reject(this.#problem);
    // Also those that were wanted before: they may have got a later end.
    const guardDone = this.#guard?.change(
      [...claims, ...changes.map(({ claim }) => claim)],
      changes.some(({ isWanted }) => isWanted),
      done,
    );
    if (this.#isReady) this.#session?.apply(changes, true);
    this.#progress(claims);
    await done;
    await guardDone;
  }

  #absent(): void {
    this.#retry.reset();
    this.#lose(absence());
    this.#opening.end();
  }

  /** firewalld is there and may have forgotten what was wanted of it before. Who waits for a ban goes on waiting. */
  #open(): void {
    const isDoubtful = this.#problem?.code === 'FIREWALL_EMPTIED';
    this.#lose(undefined);
    const session = new Session({
      client: this.#client,
      clock: this.#clock,
      listener: {
        onSources: (found) => this.#takeSources(found),
        onReady: (version) => this.#ready(session, version),
        onProgress: () => this.#progress(this.#confirmations.awaited()),
        onIdle: () => this.#settled(),
        onFailure: (error) => this.#failed(error),
        announce: this.#announce,
      },
      mayBuild: (sets) => this.#mayBuild(sets),
      kernel: this.#kernel,
      isDoubtful,
    });
    this.#session = session;
    void session.start();
  }

  #ready(session: Session, version: string): void {
    this.#version = version;
    this.#isReady = true;
    for (const claim of this.#claims.all())
      session.apply([{ claim, isWanted: true }], this.#confirmations.isNew(claim));
    if (this.#isTold) session.begin();
    this.#opening.end();
    this.#listeners.tell('ready');
  }

  /** They stay known while firewalld is away. */
  #takeSources(found: ZoneSources): void {
    const isNew = !areSame(found, this.#zones);
    this.#zones = isNew ? found : { ...found, sources: this.#zones.sources };
    if (isNew) this.#listeners.tell('sources');
  }

  #lose(problem: F2bError | undefined): void {
    this.#isIdle = false;
    this.#retry.cancel();
    this.#session?.end();
    this.#collect();
    this.#session = undefined;
    this.#problem = problem;
    if (problem !== undefined) this.#confirmations.waiters.fail(problem);
    if (!this.#isReady) return;
    this.#isReady = false;
    this.#lostAt = this.#clock.now();
    this.#listeners.tell('lost');
  }

  /** Rules of the guard were flushed, and firewalld's may have been too: whoever hears this asks for a reconcile. */
  #doubt(): void {
    if (!this.#isReady) return;
    this.#listeners.tell('lost');
    this.#listeners.tell('ready');
  }

  #failed(error: F2bError): void {
    this.#lose(error);
    this.#opening.end();
    this.#retry.later();
  }

  /** Something may have changed for these claims. */
  #progress(claims: Iterable<Claim>): void {
    if (this.#session !== undefined && this.#isReady) this.#confirmations.progress(claims, this.#session.pools);
  }

  #settled(): void {
    this.#isIdle = true;
    this.#retry.reset();
    this.#collect();
    this.#confirmations.waiters.idle();
  }

  /** Adds up what was found out of order, also by sessions that are over. */
  #collect(): void {
    for (const { repairs } of this.#session?.pools.all() ?? []) this.#repairs.add(repairs.take());
  }

  #mayBuild(sets: string): boolean {
    const now = this.#clock.now();
    if (now - (this.#builtAt.get(sets) ?? Number.NEGATIVE_INFINITY) < BUILD_PAUSE) return false;
    this.#builtAt.set(sets, now);
    return true;
  }
}

function absence(): F2bError {
  return new F2bError('FIREWALL_UNAVAILABLE', 'firewalld does not run');
}
