/**
 * One stretch of time in which firewalld keeps its run-time state: from its start or reload to the next.
 * Invariant: one call is under way at a time, and after `end` no answer changes anything.
 */
import { createWorkLoop, type WorkLoop } from '../../async/work-loop.js';
import { asF2bError, F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import { firewalldGone } from '../../text/rules-gone.js';
import { type Claim, type ClaimChange, claimKey } from '../claims.js';
import { Capacity } from './capacity.js';
import { type FirewalldClient, firewalldError } from './client.js';
import { createMissing, type Missing } from './create-missing.js';
import type { IpsetName } from './ipset-name.js';
import { type CheckedKernel, KernelCheck } from './kernel-check.js';
import { richRules } from './layout.js';
import { bind, closedPorts, isComplete, type LayoutState, survey } from './layout-state.js';
import { Pools, type Presumed, type Work } from './pools/pools.js';
import { RefusedSteps } from './pools/refused-steps.js';
import type { Urgency } from './pools/urgency.js';
import { readZoneSources, type ZoneSources } from './zone-sources.js';

/** What a session tells its owner. */
export interface SessionListener {
  /** What the zones have as sources; before `onReady`, and whenever it was looked at again. */
  onSources(found: ZoneSources): void;
  /** The layout is there: the session can be told what is wanted. */
  onReady(version: string): void;
  /** Something changed in what is held: for the claims with these keys, or for any. */
  onProgress(keys?: readonly string[]): void;
  /** Everything is as wanted, and was looked at since the last `verify`. */
  onIdle(): void;
  /** The session is over: firewalld went away, refuses, or fails. */
  onFailure(error: F2bError): void;
  announce(text: string): void;
}

export interface SessionTools {
  readonly client: FirewalldClient;
  readonly clock: Clock;
  readonly listener: SessionListener;
  /** False when making these very sets was tried a while ago: no reload in a loop. */
  mayBuild(sets: string): boolean;
  /** All bans hold meanwhile, beside firewalld. */
  isGuarded(): boolean;
  /** What is returned tells whether it is known that nobody flushed all rules since this call. */
  undisturbed(): () => Promise<boolean>;
  /** Undefined where the kernel cannot be looked at. */
  readonly kernel?: CheckedKernel | undefined;
  /** The kernel did not hold firewalld's rules when it was last looked at: that comes first. */
  readonly isDoubtful: boolean;
}

/** The most refused entries that are told of. */
const MOST_REFUSALS = 10;

/** firewalld has no such set any more. */
const VANISHED: readonly string[] = ['INVALID_IPSET', 'NOT_APPLIED'];

/**
 * `opening`: it looks at firewalld and makes what is missing. `ready`: the layout is there, and what is wanted is not
 * wholly known, so nothing is changed. `working`: the sets are brought to what is wanted. `over`: no answer counts.
 */
type State = 'opening' | 'ready' | 'working' | 'over';

/** What is to be looked at: what binds the sets, the sources of zones, what the kernel holds. */
type Due = 'bindings' | 'sources' | 'kernel';

export class Session {
  readonly #tools: SessionTools;
  readonly #growth: Capacity;
  readonly #loop: WorkLoop;
  #state: State = 'opening';
  /** The kernel is due before a session is first idle: it is not known what it has. */
  readonly #due = new Set<Due>(['bindings', 'kernel']);
  #pools = new Pools([], new Map());
  #sets: readonly IpsetName[] = [];
  #warnings: readonly string[] = [];
  readonly #check: KernelCheck | undefined;
  /** Sets whose permanent entries are still to be looked at. */
  #unchecked: string[] = [];
  /** Sets that are empty in the kernel, of which firewalld has not been asked yet. */
  #presumed: readonly Presumed[] = [];
  /** What binds the sets, as long as nothing was heard of a change. */
  #surveyed: LayoutState | undefined;
  readonly #refused = new RefusedSteps();

  constructor(tools: SessionTools) {
    this.#tools = tools;
    const { client, kernel, undisturbed } = tools;
    this.#check = kernel === undefined ? undefined : new KernelCheck(client, kernel, undisturbed);
    this.#growth = new Capacity(tools.clock, () => this.#wake());
    this.#loop = createWorkLoop(
      async () => {
        while (!this.#isOver && (await this.#step()));
      },
      (cause) => this.#failed(cause),
    );
  }

  get pools(): Pools {
    return this.#pools;
  }

  get warnings(): readonly string[] {
    const refused = new Set(this.#pools.all().flatMap((pool) => pool.refused));
    const refusals = [...refused].map(
      (entry) => `firewalld refuses ${entry}: see its log, or lift the ban with f2bctl unban`,
    );
    return [...this.#warnings, ...refusals.slice(0, MOST_REFUSALS)];
  }

  /** Who sends packets elsewhere before firewalld's zones are asked, when the kernel was last looked at. */
  get forwarders(): readonly string[] {
    return this.#check?.forwarders ?? [];
  }

  /** Looks at firewalld, makes what is missing, then reports `onReady`; or `onFailure`. */
  async start(): Promise<void> {
    try {
      await this.#open();
    } catch (cause) {
      this.#failed(cause);
    }
  }

  apply(changes: readonly ClaimChange[], urgencyOf: (claim: Claim) => Urgency): void {
    for (const change of changes) {
      const urgency = urgencyOf(change.claim);
      if (change.isWanted && urgency !== 'routine') this.#growth.banned();
      this.#pools.apply(change, urgency, this.#tools.clock.now());
    }
    this.#wake();
  }

  /** What is wanted already, and may wait, is urgent now. */
  hurry(claims: readonly Claim[]): void {
    for (const claim of claims) this.#pools.hurry(claim);
  }

  /** All that is wanted is known from now on: what else is in the sets may go. For a session that is ready. */
  begin(): void {
    if (this.#state === 'ready') this.#state = 'working';
    this.#wake();
  }

  /**
   * Reads all sets again, what binds them, and what the kernel has of both; tries again what was refused. All of it is due
   * anyway in a session that has not begun.
   */
  verify(): void {
    if (this.#state !== 'working') return;
    this.#pools.verify(this.#tools.clock.now());
    this.#check?.forget();
    this.#presumed = [];
    this.#surveyed = undefined;
    this.#unchecked = this.#sets.map((set) => set.text);
    for (const due of ['bindings', 'sources', 'kernel'] as const) this.#due.add(due);
    this.#wake();
  }

  /** Zones or policies may have been changed. */
  checkBindings(): void {
    this.#surveyed = undefined;
    this.#due.add('bindings');
    this.#wake();
  }

  /** Zones may have other sources now. */
  checkSources(): void {
    this.#due.add('sources');
    this.#wake();
  }

  end(): void {
    this.#state = 'over';
    this.#growth.end();
    void this.#loop.end();
  }

  get #isOver(): boolean {
    return this.#state === 'over';
  }

  async #open(): Promise<void> {
    const { client, listener } = this.#tools;
    const version = await client.version();
    if (version.kind !== 'done') throw firewalldError(version, 'version');
    await this.#readSources();
    this.#due.delete('bindings');
    const [state, empty] = await Promise.all([survey(client), this.#check?.emptySets()]);
    if (this.#isOver) return;
    if (!this.#due.has('bindings')) this.#surveyed = state;
    this.#due.add('bindings');
    if (!isComplete(state)) await this.#build(state, state.sets, 'ipsets, zones or policies of f2b are missing');
    if (this.#isOver) return;
    if (state.sets.length === 0) throw new F2bError('FIREWALL_INCOMPLETE');
    this.#sets = state.sets;
    this.#pools = new Pools(state.sets, closedPorts(state));
    this.#unchecked = state.sets.map((set) => set.text);
    this.#presumed = this.#pools.presumeEmpty(empty ?? new Set(), this.#tools.clock.now());
    if (this.#tools.isDoubtful) {
      await this.#compare();
      this.#due.add('kernel');
    }
    if (this.#isOver) return;
    this.#state = 'ready';
    listener.onReady(version.value);
  }

  /** What goes wrong ends the session, and its owner is told. */
  #failed(cause: unknown): void {
    if (this.#isOver) return;
    this.#state = 'over';
    this.#tools.listener.onFailure(asF2bError(cause));
  }

  #wake(): void {
    if (this.#state === 'working') this.#loop.wake();
  }

  /** The most pressing thing; false when there is none. */
  async #step(): Promise<boolean> {
    if (this.#due.has('bindings') || this.#pools.slots.isChanged) {
      await this.#bind();
      return true;
    }
    if (this.#due.has('sources')) {
      await this.#readSources();
      return true;
    }
    this.#pools.place();
    const growth = this.#growth.pressing(this.#pools, this.#sets);
    if (growth !== 'awaited' && (await this.#grow(growth))) return true;
    // What is filled in now would be gone with the reload.
    if (growth === 'awaited' && this.#tools.isGuarded()) return false;
    const work = this.#pools.next(growth !== 'awaited');
    if (work !== undefined) {
      await this.#perform(work);
      return true;
    }
    if (growth === 'awaited') return false;
    if (this.#due.has('kernel')) {
      await this.#compare();
      return true;
    }
    this.#tools.listener.onIdle();
    if (this.#readPresumed()) return true;
    return (await this.#checkPermanent()) || this.#grow(this.#growth.foreseen(this.#pools, this.#sets));
  }

  /** Asks firewalld whether it is well, compares with the kernel itself, and mends what differs. */
  async #compare(): Promise<void> {
    this.#due.delete('kernel');
    const { kernel, client, listener, mayBuild } = this.#tools;
    const version = await client.version();
    if (this.#isOver) return;
    if (version.kind !== 'done') throw firewalldError(version, 'version');
    const isBound = (set: IpsetName) => richRules(set, this.#pools.slots.portsOf(set.group)).length > 0;
    const bound = new Set(this.#sets.filter(isBound).map(({ text }) => text));
    const remedy = await this.#check?.run(this.#pools, (set) => bound.has(set));
    if (this.#isOver) return;
    if (remedy === 'rewrite') this.#due.add('kernel');
    if (remedy !== 'reload') return;
    if (!mayBuild('kernel')) throw new F2bError('FIREWALL_EMPTIED');
    listener.announce(firewalldGone());
    await kernel?.prepareReload();
    const reloaded = await client.reload();
    if (reloaded.kind !== 'done') throw firewalldError(reloaded, 'reload');
  }

  async #bind(): Promise<void> {
    this.#due.delete('bindings');
    this.#pools.slots.isChanged = false;
    const state = this.#surveyed ?? (await survey(this.#tools.client));
    this.#surveyed = undefined;
    if (this.#isOver) return;
    const bound = await bind(this.#tools.client, state, (group) => this.#pools.slots.portsOf(group));
    this.#warnings = bound.warnings;
    if (bound.isChanged) this.#check?.forget();
  }

  async #readSources(): Promise<void> {
    this.#due.delete('sources');
    const found = await readZoneSources(this.#tools.client);
    if (!this.#isOver) this.#tools.listener.onSources(found);
  }

  async #perform({ pool, step, purpose }: Work): Promise<void> {
    pool.underway(step);
    if (step.kind !== 'read') this.#check?.forget();
    const result = await this.#tools.client.perform(step);
    pool.underway(undefined);
    if (this.#isOver) return;
    const { clock, listener } = this.#tools;
    let changed: readonly string[] | undefined;
    if (result.kind === 'done') changed = pool.done(step, result.value, clock.now());
    else if (result.kind === 'refused' && !VANISHED.includes(result.code)) {
      const isEntryWrong = result.code === 'INVALID_ENTRY' && !result.text.includes('overlap');
      if (!this.#refused.mend(pool, step, isEntryWrong, clock.now())) throw firewalldError(result, step.set);
    } else throw firewalldError(result, step.set);
    listener.onProgress(purpose === undefined ? undefined : changed?.map((entry) => claimKey(purpose, entry)));
  }

  /** Makes these sets; true when firewalld was reloaded for it. */
  async #grow(missingSets: readonly IpsetName[]): Promise<boolean> {
    if (missingSets.length === 0) return false;
    const reason = `${missingSets.length} more ipsets are needed`;
    return this.#build({ missingSets, missingZones: [], missingPolicies: [] }, this.#sets, reason);
  }

  /** Answers true after a reload, which ends this session. */
  async #build(missing: Missing, sets: readonly IpsetName[], reason: string): Promise<boolean> {
    const { client, listener, mayBuild } = this.#tools;
    const names = [...missing.missingSets.map(({ text }) => text), ...missing.missingZones.map(({ name }) => name)];
    if (!mayBuild([...names, ...missing.missingPolicies].join(' '))) return false;
    listener.announce(`firewalld is reloaded: ${reason}`);
    await createMissing(client, missing, sets);
    return true;
  }

  /**
   * What firewalld alone believes to be in a set keeps nobody out. Whoever waits for bans does not wait for its answers, of
   * which each takes some milliseconds.
   */
  #readPresumed(): boolean {
    const [next, ...rest] = this.#presumed;
    this.#presumed = rest;
    if (next !== undefined) next.isDue = true;
    return next !== undefined;
  }

  /**
   * Removes permanent copies of our entries: `firewall-cmd --runtime-to-permanent` makes them, and they would outlive
   * their bans.
   */
  async #checkPermanent(): Promise<boolean> {
    const set = this.#unchecked.pop();
    if (set === undefined) return false;
    const { client } = this.#tools;
    const entries = await client.permanentEntries(set);
    if (entries.kind === 'gone' || entries.kind === 'denied') throw firewalldError(entries, set);
    if (entries.kind === 'done' && entries.value.length > 0) await client.clearPermanentEntries(set);
    return true;
  }
}
