/**
 * The decisions and what carries them out, put together: what lives as long as the agent.
 * Invariant: what is begun here is among the closers of the run, so that a stop finds it wherever the start has come to.
 */

import type { Closers } from '../async/closers.js';
import { createOrderedQueue, type OrderedQueue } from '../async/ordered-queue.js';
import { createInterval, type Interval } from '../async/time/interval.js';
import type { Config } from '../config/config.js';
import { covers } from '../core/address/address.js';
import { createDecider, type Decider } from '../core/deciding/decider.js';
import { asF2bError, F2bError } from '../errors.js';
import type { JournalStart } from '../ports/journal.js';
import type { Loaded, Store } from '../ports/store.js';
import type { BanListeners } from './agent.js';
import { type Apply, createApply } from './applying/apply.js';
import { type Committer, createCommitter } from './applying/committer.js';
import { createEnforcer, type Enforcer } from './applying/enforcer.js';
import { createEventsOf } from './applying/events-of.js';
import { createFailureLog, type FailureLog } from './applying/failure-log.js';
import { createNotificationQueue, type NotificationQueue } from './applying/notification-queue.js';
import type { FirewallSwitch } from './firewall-switch.js';
import { createJailCounters, type JailCounters } from './jail-counters.js';
import { settingsOf } from './loaded-config.js';
import { withDroppedEntries } from './problems/dropped-entries-problem.js';
import { createIneffectiveProblem, type IneffectiveProblem } from './problems/ineffective-problem.js';
import { createProblemSlot } from './problems/problem-slot.js';
import type { Problems } from './problems/problems.js';
import type { ConsumerSupervisor } from './reading/consumer-supervisor.js';
import { type Allowances, createAllowances } from './sparing/allowances.js';
import { createSparing, type Sparing } from './sparing/sparing.js';
import { createTimekeeper, noTimekeeper, type Timekeeper } from './time/timekeeper.js';
import type { World } from './world.js';

/** How many batches may be matched while the first of them waits for an answer (IgnoreCommand=, host names). */
const WAITING_BATCHES = 100;

/** How this run reads the journal. */
export interface Mode {
  /** Read to the end of the journal, decide by the entries' times alone, then end. */
  readonly untilIdle: boolean;
  /** Where to start when no position is saved; undefined: as far back as the longest findtime. */
  readonly start: JournalStart | undefined;
}

/** The decisions and what carries them out: what lives as long as the agent. */
export interface AgentCore {
  readonly decider: Decider;
  readonly committer: Committer;
  readonly enforcer: Enforcer;
  readonly apply: Apply;
  readonly decisions: OrderedQueue;
  readonly notifications: NotificationQueue;
  readonly failures: FailureLog;
  readonly counters: JailCounters;
  readonly ineffective: IneffectiveProblem;
  readonly time: Timekeeper;
  readonly listeners: BanListeners;
  readonly sparing: Sparing;
  readonly allowances: Allowances;
  /** See Loaded. */
  readonly isUnread: boolean;
  /** The regular comparison of the firewall with the bans. */
  readonly verifying: Interval;
}

/** What the decisions rest on and act on. */
export interface Opened {
  /** Looks whether this agent alone changes the firewall. */
  readonly lookAtLock: () => void;
  readonly store: Store;
  readonly firewall: FirewallSwitch;
  readonly problems: Problems;
}

/** One run of the agent. */
export interface Run {
  readonly mode: Mode;
  /** What was begun, to be ended. */
  readonly closers: Closers;
  /** Aborts when the agent is to end, before anything is closed. */
  readonly ending: AbortSignal;
}

/** Remembers what is stored. Rejects with the reason of `ending` once that aborts. */
export async function createAgentCore(
  world: World,
  { mode, closers, ending }: Run,
  config: Config,
  opened: Opened,
  reading: () => ConsumerSupervisor,
): Promise<AgentCore> {
  const { clock } = world;
  const { store, firewall, problems } = opened;
  const notifier = withDroppedEntries(world.notifier, problems, clock);
  const failed = (cause: unknown) => problems.note(asF2bError(cause));
  const notifications = createNotificationQueue({ notifier, isBusy: () => reading().isBusy, failed });
  const failures = createFailureLog(clock, notifications, config.logFailures);
  const allowances = createAllowances(clock, store);
  const sparing = createSparing({
    world,
    allowances,
    firewall,
    unreadable: tellUnreadable(problems),
    sessionsProblem: createProblemSlot(problems),
  });
  const committer = createCommitter(store, clock, problems);
  closers.add(async () => {
    await committer.stop();
    failures.flush();
    notifications.flush();
  });
  closers.add(sparing.stop);
  sparing.configure(config);
  const blank = () => createDecider({ jails: settingsOf(config), random: world.random, spared: sparing.spared });
  const { decider, ...loaded } = await recall(store, blank, ending);
  allowances.restore(loaded.allowances);
  const bans = async () => {
    await time.followClock();
    return decider.bansToHold();
  };
  const watch = createIneffectiveProblem({
    ...{ clock, notifier: notifications, problems, firewall, portsReachedBy: world.portsReachedBy },
    banAround: (jail, address) => [...decider.bansOf(address, jail)].find((ban) => covers(ban.address, address)),
  });
  const enforcer = createEnforcer({ firewall, clock, notifier: notifications, problems, bans, watch });
  const listeners: BanListeners = { ban: new Set(), unban: new Set() };
  const jails = () => reading().current.jails;
  const { zoneOf } = sparing;
  const eventsOf = createEventsOf({ jails, listeners, zoneOf, later: notifications.later, failures });
  const counters = createJailCounters(jails);
  const apply = createApply({ clock, committer, enforcer, notifications, counters, watch, eventsOf }, loaded.position);
  const decisions = createOrderedQueue({ limit: WAITING_BATCHES, onFailure: apply.abandon });
  const time = mode.untilIdle ? noTimekeeper : createTimekeeper({ clock, decider, apply, decisions, allowances });
  const verifying = createInterval(clock, () => void enforcer.reconcile());
  return {
    ...{ decider, committer, enforcer, apply, decisions, notifications, failures, counters },
    ...{ time, listeners, sparing, allowances, verifying, ineffective: watch },
    isUnread: loaded.isUnread ?? false,
  };
}

/** Takes which lists cannot be read. */
function tellUnreadable(problems: Problems): (paths: readonly string[]) => void {
  return (paths) => {
    if (paths.length === 0) problems.resolve('LIST_UNREADABLE');
    else problems.raise(new F2bError('LIST_UNREADABLE', paths.join(', ')));
  };
}

/** A decider that remembers what is stored. Rejects with the reason of `ending` once that aborts. */
async function recall(
  store: Store,
  blank: () => Decider,
  ending: AbortSignal,
): Promise<Loaded & { readonly decider: Decider }> {
  let decider = blank();
  const loaded = await store.load(() => {
    decider = blank();
    return (part) => decider.remember(part);
  }, ending);
  ending.throwIfAborted();
  return { ...loaded, decider };
}
