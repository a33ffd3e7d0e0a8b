/**
 * The agent's life: an ordered start, and a stop that mirrors it from wherever the start has come to.
 * The journal is followed as soon as the store is open, whatever the firewall does. The service manager is told that the
 * agent is ready once the firewall holds the bans in force, or is known not to be able to.
 */

import type { Agent } from '../agent/agent.js';
import { createClosers } from '../async/closers.js';
import { createSerialQueue } from '../async/serial-queue.js';
import { withTimeout } from '../async/time/with-timeout.js';
import { untilAborted } from '../async/until-aborted.js';
import type { Config } from '../config/config.js';
import { isStopped } from '../config/temporary.js';
import type { JailSettings } from '../core/settings.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { F2bError } from '../errors.js';
import type { Firewall } from '../ports/firewall.js';
import { createAgent } from './agent.js';
import { type AgentCore, createAgentCore, type Mode, type Opened, type Run } from './agent-core.js';
import { takeFoundBans } from './applying/found-bans.js';
import { createStoreOwner } from './applying/store-owner.js';
import { createFirewallSwitch } from './firewall-switch.js';
import { firstConfiguration, sparingToo } from './first-configuration.js';
import { goingOnWith, type LoadedConfig, loadConfiguration, settingsOf } from './loaded-config.js';
import { takeLock } from './problems/firewall-lock-problem.js';
import { createProblems } from './problems/problems.js';
import { statusLine } from './problems/status-line.js';
import { createUnheardJails } from './problems/unheard-jails.js';
import { type ConsumerSupervisor, createConsumerSupervisor } from './reading/consumer-supervisor.js';
import { neverLogged } from './reading/never-logged.js';
import { likenessOf } from './reading/unlike-entries.js';
import { releaseSpared } from './release-spared.js';
import { setJail } from './set-jail.js';
import { createTemporarySettings, type TemporarySettings } from './temporary-settings.js';
import { startWatchdog } from './watchdog.js';
import type { World } from './world.js';

/** How long a stop waits for the firewall, µs: longer than firewalld may take for one call. */
const STOP_TIMEOUT = 30 * MICROS_PER_SECOND;

/** A running agent. */
export interface Running {
  readonly agent: Agent;
  /** Resolves when an `untilIdle` run has read everything; rejects when reading failed for good. */
  readonly done: Promise<void>;
  stop(): Promise<void>;
}

/** Opens what the decisions rest on and act on: first the memory, then the firewall. */
async function open(world: World, { closers }: Run, config: Config, core: () => AgentCore): Promise<Opened> {
  const problems = createProblems(world.notifier);
  const grown = () => {
    // When it fails, the agent does.
    void releaseSpared(core(), world.clock).then(core().enforcer.reconcile, () => {});
  };
  const store = await world.openStore(createStoreOwner(problems, () => ({ ...core(), grown })));
  closers.add(() => store.close());
  const { firewallLock } = world;
  const lookAtLock = firewallLock === undefined ? () => {} : takeLock(firewallLock, problems);
  closers.add(() => firewallLock?.release());
  const firewall = await createFirewallSwitch(config, world.openFirewall);
  closers.add(() => firewall.close());
  return { store, firewall, problems, lookAtLock };
}

/** The agent put together but not yet started. */
async function assemble(world: World, run: Run, { config, jails }: LoadedConfig, opened: Opened) {
  const { clock } = world;
  const { mode, ending } = run;
  const core = await createAgentCore(world, run, config, opened, () => reading);
  const { openJournal, remoteHosts } = world;
  const { untilIdle, start } = mode;
  const reading: ConsumerSupervisor = await createConsumerSupervisor(
    { ...core, ...opened, clock, openJournal, remoteHosts, start, untilIdle, ending, selfCheck: world.selfCheck },
    jails,
  );
  // Of two at once, the decisions could follow one configuration and the reading the other.
  const inTurn = createSerialQueue();
  let inForce = config;
  const temporary = createTemporarySettings();
  const reload = async () => {
    inForce = await reloadAgent(world, core, reading, opened, { ending, inForce, temporary });
  };
  const { problems } = opened;
  const set = async (...asked: Parameters<Agent['set']>) => {
    inForce = await setJail({ world, core, reading, problems, temporary, ending }, inForce, ...asked);
  };
  const agent = createAgent({
    ...core,
    ...opened,
    clock,
    version: world.version,
    jails: () => reading.current.jails,
    journal: () => reading.current.journal,
    entries: () => reading.entries,
    temporary,
    stopped: () => inForce.jails.filter(({ name }) => isStopped(temporary.of(name))),
    set: (...asked) => inTurn(() => set(...asked)),
    reload: () => inTurn(reload),
  });
  return { core, reading, agent, reloaded: () => inTurn(async () => {}) };
}

/**
 * Starts the agent. Throws F2bError when the configuration is not valid, or the store or the journal cannot be opened.
 * Once `asked` aborts, a start that is not over ends what it has begun, and resolves with undefined.
 */
export async function startAgent(
  world: World,
  mode: Mode,
  asked: AbortSignal = new AbortController().signal,
): Promise<Running | undefined> {
  const ending = new AbortController();
  const closers = createClosers();
  const reason = new F2bError('AGENT_NOT_RUNNING', 'it is being stopped');
  const stop = () => {
    world.supervisor.stopping();
    ending.abort(reason);
    return closers.closeAll();
  };
  const end = () => ending.abort(reason);
  asked.addEventListener('abort', end, { once: true });
  if (asked.aborted) end();
  try {
    return { ...(await start(world, { mode, closers, ending: ending.signal })), stop };
  } catch (cause) {
    const closed = stop();
    if (cause === reason) await closed;
    // What failed first is told.
    else await closed.catch(() => {});
    if (cause === reason) return undefined;
    throw cause;
  } finally {
    asked.removeEventListener('abort', end);
  }
}

/** Rejects with the reason of `ending` once that aborts. What was begun by then is among the closers. */
async function start(world: World, run: Run): Promise<Omit<Running, 'stop'>> {
  const { notifier, supervisor } = world;
  const { mode, closers, ending } = run;
  closers.add(world.close);
  // A run that ends by itself guards nobody.
  const fallbacks = mode.untilIdle ? () => [] : world.fallbacks;
  const { loaded, refusal } = await firstConfiguration(world, fallbacks, ending);
  let isStarted = false;
  closers.add(() => {
    if (isStarted) notifier.notify({ kind: 'stopped' });
  });
  const opened = await open(world, run, loaded.config, () => assembled.core);
  const assembled = await assemble(world, run, loaded, opened);
  const { core, reading, agent } = assembled;
  if (refusal !== undefined) opened.problems.raise(refusal);

  const stored = proveStorable(core);
  const done = begin(world, run, opened, assembled);
  await enforce(world, run, core, opened.firewall, settingsOf(loaded.config));
  await untilAborted(ending, stored);
  core.verifying.set(loaded.config.verifyInterval);
  closers.add(core.verifying.stop);
  notifier.notify({ kind: 'started', jails: loaded.jails.length, bans: core.decider.banned });
  isStarted = true;
  const status = () => statusLine(reading.current.jails.length, opened.problems.open);
  opened.problems.onChange(() => supervisor.status(status()));
  supervisor.ready(status());
  if (refusal === undefined && !mode.untilIdle) void world.keepConfiguration();
  return { agent, done };
}

/** Begins to answer and to read. Returns what `Running.done` is. */
function begin(
  world: World,
  { mode, closers }: Run,
  { problems, lookAtLock }: Opened,
  { core, reading, agent, reloaded }: Awaited<ReturnType<typeof assemble>>,
): Promise<void> {
  const { clock, supervisor } = world;
  const { committer, enforcer, apply } = core;
  const endService = world.serve(agent, (refusal) => {
    if (refusal === undefined) problems.resolve('CONTROL_NAME_TAKEN');
    else problems.raise(refusal);
  });
  closers.add(async () => {
    await withTimeout(clock, STOP_TIMEOUT, Promise.all([endService(), reloaded(), enforcer.settled()]));
    enforcer.end();
  });
  const lookAtUnits = createUnheardJails({
    clock,
    problems,
    jails: () => reading.current.jails,
    unitStates: world.unitStates,
    neverLogged: (jail, units) => neverLogged(world.openHistory, units, jail.selection.source),
    likenessOf: (jail) => likenessOf(world, jail, clock.now()),
  });
  const look = () => {
    if (mode.untilIdle) return;
    reading.look();
    lookAtUnits();
  };
  const stopWatchdog = startWatchdog(clock, supervisor, {
    isHealthy: reading.advanced,
    alongside() {
      void committer.check();
      lookAtLock();
      core.ineffective.look();
      look();
    },
  });
  closers.add(stopWatchdog);
  const done = Promise.race([reading.begin(), apply.abandoned]);
  // What goes wrong here is told by `done`.
  closers.add(() => reading.end().catch(() => {}));
  look();
  // Who awaits `done` learns of a failure; until somebody does, it is no unhandled one.
  done.catch(() => {});
  return done;
}

/** Makes the firewall hold the bans in force, now if it can, and whenever it can from then on. */
async function enforce(
  { clock }: World,
  { closers, ending }: Run,
  core: AgentCore,
  firewall: Firewall,
  jails: readonly JailSettings[],
): Promise<void> {
  let isTold = false;
  const unsubscribe = firewall.onChange((change) => {
    if (change !== 'sources') core.ineffective.mended();
    if (change === 'ready' && isTold) void core.enforcer.reconcile();
    // When it fails, the agent does.
    if (change === 'sources') void releaseSpared(core, clock).catch(() => {});
  });
  closers.add(unsubscribe);
  // What is wrong with it is found, and told, by the reconcile.
  await untilAborted(
    ending,
    firewall.opened().catch(() => {}),
  );
  if (core.isUnread) await takeFoundBans(jails, { ...core, firewall, clock });
  await releaseSpared(core, clock);
  ending.throwIfAborted();
  await untilAborted(ending, core.enforcer.reconcile());
  isTold = true;
}

/**
 * Whether there is room is known before anything needs it: a full disk is told at the start, not with the first ban.
 * Before the first entry is read: no later position is stored without what it led to.
 */
async function proveStorable({ committer, apply }: AgentCore): Promise<void> {
  await Promise.all([committer.commit(apply.position, []), committer.check()]);
}

interface Reloading {
  readonly ending: AbortSignal;
  readonly inForce: Config;
  /** Ended by it. */
  readonly temporary: TemporarySettings;
}

/**
 * Takes a changed configuration over and returns it. With a wrong one it throws, and leaves everything as it is, but spares
 * whom that one spares; this stays a problem until it is mended.
 */
async function reloadAgent(
  world: World,
  core: AgentCore,
  reading: ConsumerSupervisor,
  { firewall, problems }: Opened,
  { ending, inForce, temporary }: Reloading,
): Promise<Config> {
  ending.throwIfAborted();
  world.supervisor.reloading();
  try {
    const loaded = await loadConfiguration(world, { ending });
    core.sparing.configure(loaded.config);
    core.failures.configure(loaded.config.logFailures);
    await core.apply.effects(core.apply.decide(() => core.decider.reconfigure(settingsOf(loaded.config))));
    core.verifying.set(loaded.config.verifyInterval);
    const isOther = await firewall.configure(loaded.config);
    await releaseSpared(core, world.clock);
    await reading.replace(() => loaded.jails);
    ending.throwIfAborted();
    if (isOther) await core.enforcer.reconcile();
    problems.resolve('CONFIG_INVALID', 'JAIL_STOPPED');
    void world.keepConfiguration();
    world.notifier.notify({ kind: 'reloaded', jails: loaded.jails.length });
    for (const jail of temporary.clear()) world.notifier.notify({ kind: 'set', jail, settings: [] });
    return loaded.config;
  } catch (error) {
    if (error instanceof F2bError && error.code === 'CONFIG_INVALID') {
      problems.raise(goingOnWith('the one before', error));
      core.sparing.configure(await sparingToo(inForce, world));
      await releaseSpared(core, world.clock);
    }
    throw error;
  } finally {
    if (!ending.aborted) world.supervisor.ready(statusLine(reading.current.jails.length, problems.open));
  }
}
