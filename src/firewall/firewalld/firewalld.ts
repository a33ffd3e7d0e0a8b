/**
 * `Firewall=firewalld`: bans through firewalld's D-Bus interface.
 * Invariant: whenever firewalld can be reached, its run-time sets are brought to what is wanted, one call at a time, new
 * bans of this host first. An answer from before firewalld lost its state counts for nothing.
 */

import { type Backoff, createBackoff } from '../../async/time/backoff.js';
import type { Value } from '../../dbus/message.js';
import { F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Firewall, ZoneSource } from '../../ports/firewall.js';
import { counted } from '../../text/counted.js';
import type { Backend, BackendListener, BackendOwner, Pending } from '../backend.js';
import { BackendFirewall } from '../backend-firewall.js';
import type { Claim, ClaimChange } from '../claims.js';
import { type ConnectionKiller, SocketKiller } from '../connection-killer.js';
import { type Listing, nothing } from '../nftables/listing.js';
import type { TableAccess } from '../nftables/own-table.js';
import { setNameOf } from '../nftables/set-name.js';
import { FIREWALLD, FIREWALLD_PATH, type FirewalldBus, FirewalldClient } from './client.js';
import { GUARD_TABLE, GuardTable } from './guard-table.js';
import type { KernelAccess } from './kernel.js';
import { POLICY, PORTS_POLICY } from './layout.js';
import type { Urgency } from './pools/urgency.js';
import { RecentBuilds } from './recent-builds.js';
import { Session } from './session.js';
import { areSame, isOurs, NO_SOURCES, type ZoneSources } from './zone-sources.js';

export interface FirewalldOptions {
  readonly bus: FirewalldBus;
  readonly clock: Clock;
  readonly killer?: ConnectionKiller;
  /** Without it, firewalld's word is taken for the kernel's. */
  readonly kernel?: KernelAccess;
  /** The guard's table; without it there is no guard. */
  readonly guard?: TableAccess;
  /** Hears what a person should know, such as a reload of firewalld that f2b asks for. */
  readonly announce?: (text: string) => void;
}

export function createFirewalld(options: FirewalldOptions): Firewall {
  const { clock, killer = new SocketKiller() } = options;
  return new BackendFirewall({ clock, killer, open: (owner) => new Firewalld(options, owner) });
}

/** What firewalld tells when the sources of a zone, or what it does to them, may have changed. The zone comes first. */
const SOURCE_SIGNALS: readonly string[] = ['SourceAdded', 'SourceRemoved', 'ZoneOfSourceChanged', 'ZoneUpdated'];

/** Pauses before firewalld is tried again, µs. */
const RETRY = { first: 500_000, last: 30_000_000 };

type State =
  /** It does not run, failed, or the agent stops. */
  | { readonly kind: 'away'; readonly problem: F2bError }
  /** It is there; the session looks at it. */
  | { readonly kind: 'opening'; readonly session: Session }
  /** The session found it in order. `isIdle`: it holds all that is wanted, or did when it was last told of everything. */
  | { readonly kind: 'ready'; readonly session: Session; readonly isIdle: boolean };

class Firewalld implements Backend {
  readonly starting = 'firewalld starts';
  readonly #options: FirewalldOptions;
  readonly #owner: BackendOwner;
  readonly #listener: BackendListener;
  readonly #client: FirewalldClient;
  readonly #guard: GuardTable | undefined;
  readonly #retry: Backoff;
  readonly #builds: RecentBuilds;
  #unsubscribe: readonly (() => void)[] = [];
  #state: State = { kind: 'away', problem: absence() };
  #version: string | undefined;
  #zones = NO_SOURCES;
  /** The claims are all that is wanted: the daemon has called `reconcile`. */
  #isComplete = false;

  constructor(options: FirewalldOptions, owner: BackendOwner) {
    const { bus, clock, guard: table, announce } = options;
    this.#options = options;
    this.#owner = owner;
    this.#listener = owner.listener;
    this.#client = new FirewalldClient(bus);
    this.#retry = createBackoff(clock, RETRY, () => this.#open());
    this.#builds = new RecentBuilds(clock);
    this.#guard =
      table &&
      new GuardTable({ clock, table, claims: owner.claims, announce, onLoss: () => this.#listener.onSurprise() });
  }

  get name(): string {
    return this.#version === undefined ? 'firewalld' : `firewalld ${this.#version}`;
  }

  get problem(): F2bError | undefined {
    return this.#state.kind === 'away' ? this.#state.problem : undefined;
  }

  get isTrusted(): boolean {
    return this.#state.kind === 'ready';
  }

  get warnings(): readonly string[] {
    const problems = [this.#guard?.problem, this.#options.kernel?.problem].filter((problem) => problem !== undefined);
    return [...(this.#session?.warnings ?? []), ...this.#zones.warnings, ...problems];
  }

  get notes(): readonly string[] {
    return [...this.#forwarding(), ...this.#standingIn()];
  }

  get zoneSources(): readonly ZoneSource[] {
    return this.#zones.sources;
  }

  isHeld(claim: Claim): boolean {
    return this.#session?.pools.isHeld(claim) ?? false;
  }

  isSettled(claim: Claim): boolean {
    return this.#session?.pools.isSettled(claim) ?? false;
  }

  isRefused(claim: Claim): boolean {
    return this.#session?.pools.isRefused(claim) ?? false;
  }

  enforcedBy(claim: Claim): readonly string[] {
    const set = this.#session?.pools.setOf(claim);
    const { kind } = claim.purpose;
    const places = kind === 'ports' ? `policy ${PORTS_POLICY}` : `zone f2b-${kind}, policy ${POLICY}`;
    const guarded = this.#guard?.holds(claim)
      ? [`set ${setNameOf(claim)} of the nftables table inet ${GUARD_TABLE}`]
      : [];
    return [...(set === undefined ? [] : [`ipset ${set} of firewalld (${places})`]), ...guarded];
  }

  pending(): Pending {
    return this.#session?.pools.pending() ?? { count: 0, since: Number.POSITIVE_INFINITY };
  }

  async list(): Promise<Listing> {
    return this.#options.guard?.list() ?? nothing;
  }

  open(): void {
    const { bus } = this.#options;
    const on = (name: string, member: string, listener: (body: readonly Value[]) => void) =>
      bus.onSignal({ sender: FIREWALLD, path: FIREWALLD_PATH, interface: name, member }, listener);
    this.#guard?.open();
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

  change(claims: readonly Claim[], changes: readonly ClaimChange[], done: Promise<void>): Promise<void> | undefined {
    // Also those that were wanted before: they may have got a later end.
    const guardDone = this.#guard?.change(
      [...claims, ...changes.map(({ claim }) => claim)],
      changes.some(({ isWanted }) => isWanted),
      done,
    );
    if (this.#state.kind === 'ready') {
      const { session } = this.#state;
      session.apply(changes, (claim) => this.#urgencyOfNew(claim));
      session.hurry(claims.filter((claim) => this.#urgencyOfNew(claim) === 'urgent'));
    }
    return guardDone;
  }

  verify(changes: readonly ClaimChange[]): Promise<void> | undefined {
    const guardDone = this.#guard?.verify();
    this.#isComplete = true;
    if (this.#state.kind === 'ready') {
      const { session } = this.#state;
      session.apply(changes, () => 'routine');
      this.#listener.onRepaired({ added: 0, removed: changes.filter(({ isWanted }) => !isWanted).length });
      session.verify();
      session.begin();
    }
    return guardDone;
  }

  close(): void {
    this.#guard?.close();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    this.#lose({ kind: 'away', problem: new F2bError('FIREWALL_UNAVAILABLE', 'the agent stops') });
  }

  get #session(): Session | undefined {
    return this.#state.kind === 'away' ? undefined : this.#state.session;
  }

  #urgencyOfNew(claim: Claim): Urgency {
    return this.#owner.claims.isForFleetAlone(claim) ? 'patient' : 'urgent';
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
    const isIdle = this.#state.kind === 'ready' && this.#state.isIdle;
    const held = isIdle ? 0 : (this.#guard?.held() ?? 0);
    if (held === 0) return [];
    return [`the table inet ${GUARD_TABLE} holds ${counted(held, 'address')} until firewalld does`];
  }

  #absent(): void {
    this.#retry.reset();
    this.#lose({ kind: 'away', problem: absence() });
  }

  /** firewalld is there and may have forgotten what was wanted of it before. Who waits for a ban goes on waiting. */
  #open(): void {
    const { clock, kernel, announce = () => {} } = this.#options;
    const session = new Session({
      client: this.#client,
      clock,
      listener: {
        onSources: (found) => this.#takeSources(found),
        onReady: (version) => this.#ready(session, version),
        onProgress: (keys) => this.#listener.onProgress(keys),
        onIdle: () => this.#settled(session),
        onFailure: (problem) => this.#failed(problem),
        announce,
      },
      mayBuild: (sets) => this.#builds.mayBuild(sets),
      isGuarded: () => this.#guard?.isKept === true,
      undisturbed: () => this.#guard?.undisturbed() ?? (async () => false),
      kernel,
      isDoubtful: this.problem?.code === 'FIREWALL_EMPTIED',
    });
    this.#lose({ kind: 'opening', session });
    void session.start();
  }

  #ready(session: Session, version: string): void {
    this.#version = version;
    this.#state = { kind: 'ready', session, isIdle: false };
    const urgencyOf = (claim: Claim) => (this.#owner.isNew(claim) ? this.#urgencyOfNew(claim) : 'routine');
    for (const claim of this.#owner.claims.all()) session.apply([{ claim, isWanted: true }], urgencyOf);
    if (this.#isComplete) session.begin();
    this.#listener.onReady();
  }

  /** They stay known while firewalld is away. */
  #takeSources(found: ZoneSources): void {
    const isNew = !areSame(found, this.#zones);
    this.#zones = isNew ? found : { ...found, sources: this.#zones.sources };
    if (isNew) this.#listener.onSources();
  }

  /** What was known of firewalld counts no longer. */
  #lose(next: State): void {
    this.#retry.cancel();
    this.#session?.end();
    this.#tellRepairs();
    this.#state = next;
    this.#listener.onLost(this.problem);
  }

  #failed(problem: F2bError): void {
    this.#lose({ kind: 'away', problem });
    this.#retry.later();
  }

  #settled(session: Session): void {
    if (session !== this.#session) return;
    this.#state = { kind: 'ready', session, isIdle: true };
    this.#retry.reset();
    this.#tellRepairs();
    this.#listener.onIdle();
  }

  /** Tells what was found out of order, also by a session that is over. */
  #tellRepairs(): void {
    for (const { repairs } of this.#session?.pools.all() ?? []) this.#listener.onRepaired(repairs.take());
  }
}

function absence(): F2bError {
  return new F2bError('FIREWALL_UNAVAILABLE', 'firewalld does not run');
}
