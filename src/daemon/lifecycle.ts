/**
 * The agent's life: an ordered start, and a stop that mirrors it.
 * The journal is followed as soon as the store is open, whatever the firewall does. Ready is said when the firewall
 * holds the bans in force too, or when it has been told that it cannot.
 */

import type { Agent } from '../agent/agent.js';
import { createInterval, type Interval } from '../async/interval.js';
import { createOrderedQueue, type OrderedQueue } from '../async/ordered-queue.js';
import { createSerialQueue } from '../async/serial-queue.js';
import { withTimeout } from '../async/with-timeout.js';
import type { Config } from '../config/config.js';
import { createDecider, type Decider } from '../core/decider.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { asF2bError, F2bError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { Firewall } from '../ports/firewall.js';
import type { JournalStart, LiveJournal } from '../ports/journal.js';
import type { Notifier } from '../ports/notifier.js';
import type { SelfCheck } from '../ports/self-check.js';
import type { Loaded, Store, StoreOwner } from '../ports/store.js';
import type { Supervisor } from '../ports/supervisor.js';
import { type BanListeners, createAgent } from './agent.js';
import { type Apply, createApply } from './applying/apply.js';
import { type Committer, createCommitter } from './applying/committer.js';
import { createEnforcer, type Enforcer } from './applying/enforcer.js';
import { createEventsOf } from './applying/events-of.js';
import { createNotificationQueue, type NotificationQueue } from './applying/notification-queue.js';
import { createStoreOwner } from './applying/store-owner.js';
import { createFirewallSwitch, type FirewallSwitch } from './firewall-switch.js';
import { type Fallback, firstConfiguration } from './first-configuration.js';
import { createJailCounters, type JailCounters } from './jail-counters.js';
import {
  type ConfigSources,
  goingOnWith,
  type LoadedConfig,
  loadConfiguration,
  longestFindtime,
  settingsOf,
} from './loaded-config.js';
import { withDroppedEntries } from './problems/dropped-entries-problem.js';
import { createProblemSlot } from './problems/problem-slot.js';
import { createProblems, type Problems } from './problems/problems.js';
import { statusLine } from './problems/status-line.js';
import { type ConsumerSupervisor, createConsumerSupervisor } from './reading/consumer-supervisor.js';
import type { OpenJournal } from './reading/journal-consumer.js';
import { type Allowances, createAllowances } from './sparing/allowances.js';
import { createSparing, type Sparing, type SparingWorld } from './sparing/sparing.js';
import { createTimekeeper, noTimekeeper, type Timekeeper } from './time/timekeeper.js';
import { startWatchdog } from './watchdog.js';

/** So many batches may be matched while the first of them waits for an answer (IgnoreCommand=, host names). */
const WAITING_BATCHES = 100;

/** Everything external the agent needs. */
export interface World extends ConfigSources, SparingWorld {
  /** What to start with when the configuration on disk is wrong, the best first. */
  readonly fallbacks: () => readonly Fallback[];
  /** Keeps what was read last, as it is good, for a start with a wrong one. Never rejects. */
  readonly keepConfiguration: () => Promise<void>;
  readonly version: string;
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly supervisor: Supervisor;
  /** 0 ≤ x < 1 for BanTimeRandom=, the same for the same cursor, so that a replay draws the same. */
  readonly random: (cursor: string) => number;
  readonly openStore: (owner: StoreOwner) => Promise<Store>;
  readonly openFirewall: (config: Config) => Promise<Firewall>;
  readonly openJournal: OpenJournal<LiveJournal>;
  /** Undefined when what this run writes does not go to the journal that it follows. */
  readonly selfCheck: SelfCheck | undefined;
  /**
   * Makes the agent reachable; `onName` is told when nobody can reach it and why, and undefined when they can again.
   * What it returns takes no more calls, and resolves when those under way are answered.
   */
  readonly serve: (agent: Agent, onName: (refusal: F2bError | undefined) => void) => () => Promise<void>;
  /** Ends what the firewall and whoever asks are reached through. Nothing of the world is used afterwards. */
  readonly close: () => Promise<void>;
}

/** How long a stop waits for the firewall, µs: longer than firewalld may take for one call. */
const STOP_TIMEOUT = 30 * MICROS_PER_SECOND;

/** How this run reads the journal. */
export interface Mode {
  /** Read to the end of the journal, decide by the entries' times alone, then end. */
  readonly untilIdle: boolean;
  /** Where to start when no position is saved; undefined: as far back as the longest findtime. */
  readonly start: JournalStart | undefined;
}

/** A running agent. */
export interface Running {
  readonly agent: Agent;
  /** Resolves when an `untilIdle` run has read everything; rejects when reading failed for good. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

/** The decisions and what carries them out: what lives as long as the agent. */
interface Core {
  readonly decider: Decider;
  readonly committer: Committer;
  readonly enforcer: Enforcer;
  readonly apply: Apply;
  readonly decisions: OrderedQueue;
  readonly notifications: NotificationQueue;
  readonly counters: JailCounters;
  readonly time: Timekeeper;
  readonly listeners: BanListeners;
  readonly sparing: Sparing;
  readonly allowances: Allowances;
  /** The regular comparison of the firewall with the bans. */
  readonly verifying: Interval;
}

interface Opened {
  readonly store: Store;
  readonly firewall: FirewallSwitch;
  readonly problems: Problems;
}

/** Opens what the decisions rest on and act on: first the memory, then the firewall. */
async function open(world: World, config: Config, core: () => Core): Promise<Opened> {
  const problems = createProblems(world.notifier);
  const grown = () => {
    // When it fails, the agent does.
    void releaseSpared(core(), world.clock).then(core().enforcer.reconcile, () => {});
  };
  const store = await world.openStore(createStoreOwner(problems, () => ({ ...core(), grown })));
  const firewall = await createFirewallSwitch(config, world.openFirewall);
  return { store, firewall, problems };
}

async function createCore(
  world: World,
  mode: Mode,
  config: Config,
  opened: Opened,
  reading: () => ConsumerSupervisor,
): Promise<Core> {
  const { clock } = world;
  const { store, firewall, problems } = opened;
  const notifier = withDroppedEntries(world.notifier, problems, clock);
  const failed = (cause: unknown) => problems.note(asF2bError(cause));
  const notifications = createNotificationQueue({ notifier, isBusy: () => reading().isBusy, failed });
  const allowances = createAllowances(clock, store);
  const unreadable = (paths: readonly string[]) => {
    if (paths.length === 0) problems.resolve('LIST_UNREADABLE');
    else problems.raise(new F2bError('LIST_UNREADABLE', paths.join(', ')));
  };
  const sparing = createSparing({
    world,
    allowances,
    firewall,
    unreadable,
    sessionsProblem: createProblemSlot(problems),
  });
  sparing.configure(config);
  const blank = () => createDecider({ jails: settingsOf(config), random: world.random, spared: sparing.spared });
  const { decider, ...loaded } = await recall(store, blank);
  allowances.restore(loaded.allowances);
  const committer = createCommitter(store, clock, problems);
  const bans = async () => {
    await time.followClock();
    return decider.bansToHold();
  };
  const enforcer = createEnforcer({ firewall, clock, notifier: notifications, problems, bans });
  const listeners: BanListeners = { ban: new Set(), unban: new Set() };
  const jails = () => reading().current.jails;
  const eventsOf = createEventsOf(jails, listeners, sparing.zoneOf, notifications.later);
  const counters = createJailCounters(jails);
  const apply = createApply({ committer, enforcer, notifications, counters, eventsOf }, loaded.position);
  const decisions = createOrderedQueue({ limit: WAITING_BATCHES, onFailure: apply.abandon });
  const time = mode.untilIdle ? noTimekeeper : createTimekeeper({ clock, decider, apply, decisions, allowances });
  const verifying = createInterval(clock, () => void enforcer.reconcile());
  return {
    ...{
      decider,
      committer,
      enforcer,
      apply,
      decisions,
      notifications,
      counters,
      time,
      listeners,
      sparing,
      allowances,
    },
    verifying,
  };
}

/** A decider that remembers what is stored. */
async function recall(store: Store, blank: () => Decider): Promise<Loaded & { readonly decider: Decider }> {
  let decider = blank();
  const loaded = await store.load(() => {
    decider = blank();
    return (part) => decider.remember(part);
  });
  return { ...loaded, decider };
}

/** The agent put together but not yet started. */
async function assemble(world: World, mode: Mode, { config, jails }: LoadedConfig, opened: Opened) {
  const { clock } = world;
  const core = await createCore(world, mode, config, opened, () => reading);
  const start = mode.start ?? { kind: 'since', since: clock.now() - longestFindtime(config) };
  const { openJournal } = world;
  const { untilIdle } = mode;
  const reading: ConsumerSupervisor = await createConsumerSupervisor(
    { ...core, ...opened, clock, openJournal, start, untilIdle, selfCheck: world.selfCheck },
    jails,
  );
  // Of two at once, the decisions could follow one configuration and the reading the other.
  const inTurn = createSerialQueue();
  const agent = createAgent({
    ...core,
    ...opened,
    clock,
    version: world.version,
    jails: () => reading.current.jails,
    journal: () => reading.current.journal,
    entries: () => reading.entries,
    reload: () => inTurn(() => reloadAgent(world, core, reading, opened)),
  });
  return { core, reading, agent };
}

/**
 * Starts the agent. Throws F2bError when the configuration is not valid, or the store or the journal cannot be opened.
 */
export async function startAgent(world: World, mode: Mode): Promise<Running> {
  const { clock, notifier, supervisor } = world;
  // A run that ends by itself guards nobody.
  const fallbacks = mode.untilIdle ? () => [] : world.fallbacks;
  const { loaded, refusal } = await firstConfiguration(world, fallbacks);
  const opened = await open(world, loaded.config, () => core);
  const { core, reading, agent } = await assemble(world, mode, loaded, opened);
  const { decider, enforcer, committer } = core;
  if (refusal !== undefined) opened.problems.raise(refusal);

  const endService = world.serve(agent, (refusal) => {
    if (refusal === undefined) opened.problems.resolve('CONTROL_NAME_TAKEN');
    else opened.problems.raise(refusal);
  });
  const done = Promise.race([reading.begin(), core.apply.abandoned]);
  const look = mode.untilIdle ? () => {} : reading.look;
  look();
  const stopWatchdog = startWatchdog(clock, supervisor, {
    isHealthy: reading.advanced,
    alongside() {
      void committer.check();
      look();
    },
  });
  // Who awaits `done` learns of a failure; until somebody does, it is no unhandled one.
  done.catch(() => {});
  const stored = proveStorable(core);
  const unsubscribe = await enforce(core, clock, opened.firewall);
  await stored;
  core.verifying.set(loaded.config.verifyInterval);
  notifier.notify({ kind: 'started', jails: loaded.jails.length, bans: decider.banned });
  const status = () => statusLine(reading.current.jails.length, opened.problems.open);
  opened.problems.onChange(() => supervisor.status(status()));
  supervisor.ready(status());
  if (refusal === undefined && !mode.untilIdle) void world.keepConfiguration();

  const stop = async () => {
    supervisor.stopping();
    core.verifying.stop();
    unsubscribe();
    // What goes wrong here is told by `done`.
    await reading.end().catch(() => {});
    core.sparing.stop();
    stopWatchdog();
    await withTimeout(clock, STOP_TIMEOUT, Promise.all([endService(), enforcer.settled()]));
    await committer.stop();
    core.notifications.flush();
    await opened.firewall.close();
    await opened.store.close();
    notifier.notify({ kind: 'stopped' });
    await world.close();
  };
  return { agent, done, stop };
}

/**
 * Makes the firewall hold the bans in force, now if it can, and whenever it can from then on. Returns the unsubscriber.
 */
async function enforce(core: Core, clock: Clock, firewall: Firewall): Promise<() => void> {
  let isTold = false;
  const unsubscribe = firewall.onChange((change) => {
    if (change === 'ready' && isTold) void core.enforcer.reconcile();
    // When it fails, the agent does.
    if (change === 'sources') void releaseSpared(core, clock).catch(() => {});
  });
  // What is wrong with it is found, and told, by the reconcile.
  await firewall.opened().catch(() => {});
  await releaseSpared(core, clock);
  await core.enforcer.reconcile();
  isTold = true;
  return unsubscribe;
}

/** Whether there is room is known before anything needs it: a full disk is told at the start, not with the first ban. */
async function proveStorable({ committer, apply }: Core): Promise<void> {
  await Promise.all([committer.commit(apply.position, []), committer.check()]);
}

/** Lifts the bans of those who are spared by now: what spares them may have changed, also while no agent ran. */
async function releaseSpared({ apply, decider }: Core, clock: Clock): Promise<void> {
  await apply.effects(apply.decide(() => decider.releaseSpared(clock.now())));
}

/**
 * Takes a changed configuration over; with a wrong one, throws and leaves everything as it is, which stays a problem until
 * it is mended.
 */
async function reloadAgent(
  world: World,
  core: Core,
  reading: ConsumerSupervisor,
  { firewall, problems }: Opened,
): Promise<void> {
  world.supervisor.reloading();
  try {
    const loaded = await loadConfiguration(world);
    core.sparing.configure(loaded.config);
    await core.apply.effects(core.apply.decide(() => core.decider.reconfigure(settingsOf(loaded.config))));
    core.verifying.set(loaded.config.verifyInterval);
    const isOther = await firewall.configure(loaded.config);
    await releaseSpared(core, world.clock);
    await reading.replace(loaded.jails);
    if (isOther) await core.enforcer.reconcile();
    problems.resolve('CONFIG_INVALID');
    void world.keepConfiguration();
    world.notifier.notify({ kind: 'reloaded', jails: loaded.jails.length });
  } catch (error) {
    if (error instanceof F2bError && error.code === 'CONFIG_INVALID')
      problems.raise(goingOnWith('the one before', error));
    throw error;
  } finally {
    world.supervisor.ready(statusLine(reading.current.jails.length, problems.open));
  }
}
