/** The whole agent on a virtual clock: real configuration, filters and core; journal, store and firewall in memory. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgentConfiguration } from '../../src/bin/agent/agent-configuration.js';
import { type AgentClient, agentClient } from '../../src/control/client.js';
import { serveAgent } from '../../src/control/server.js';
import { type Address, parseAddress } from '../../src/core/address/address.js';
import { type Running, startAgent } from '../../src/daemon/lifecycle.js';
import type { World } from '../../src/daemon/world.js';
import type { F2bError } from '../../src/errors.js';
import { listFile } from '../../src/host/files/list-file.js';
import type { SelfCheck } from '../../src/ports/self-check.js';
import type { Store, StoreOwner } from '../../src/ports/store.js';
import type { Supervisor } from '../../src/ports/supervisor.js';
import { FakeFirewall } from '../fakes/firewall.js';
import { FakeJournal } from '../fakes/journal.js';
import { LoopbackBus } from '../fakes/loopback-bus.js';
import { FakeNotifier } from '../fakes/notifier.js';
import { copyOfDisk, fakeDisk, fakeStore } from '../fakes/store.js';
import { repository } from '../support/repository.js';
import { VirtualClock } from '../support/virtual-clock.js';

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;

export class AgentLab {
  clock = new VirtualClock();
  readonly journal = new FakeJournal();
  /** The journals beside the machine's own, by the names of their sources. */
  readonly others = new Map<string, FakeJournal>();
  /** Who sends journals to this machine. */
  hosts: readonly string[] = [];
  disk = fakeDisk();
  readonly notifier = new FakeNotifier();
  readonly warnings: string[] = [];
  /** True once the service manager was told that the agent is ready. */
  isReady = false;
  /** True once it was told that the agent stops. */
  isStopping = false;
  /** Called for each filter that is loaded. */
  onLoadFilter = () => {};
  /** How the agent does, in the words that the service manager was told last. */
  statusLine = '';
  firewall = new FakeFirewall();
  /** Reaches the agent and the firewall. */
  bus = new LoopbackBus({ uid: 0 });
  /** Thrown when the journal is opened. */
  journalFailure: F2bError | undefined;
  /** How often it was. */
  opened = 0;
  /** What host names stand for. */
  readonly names = new Map<string, readonly Address[]>();
  resolve = async (name: string): Promise<readonly Address[]> =>
    this.names.get(name) ?? Promise.reject(new Error('unknown name'));
  ownAddresses = (): readonly Address[] => ['127.0.0.0/8', '10.99.0.2'].flatMap((text) => parseAddress(text) ?? []);
  loggedIn = async (): Promise<readonly Address[]> => [];
  /** The ports that whoever fails has connections to. */
  portsReached: readonly number[] | undefined = [];
  /** Whose connections were looked for, each time. */
  readonly lookedFor: string[] = [];
  selfCheck: SelfCheck | undefined;
  /** What systemd says; it cannot be asked unless the test answers. */
  unitStates: World['unitStates'] = async () => undefined;
  ignoreCommand = async (_argv: readonly string[], _address: string): Promise<boolean> => false;
  openStore = (_owner: StoreOwner): Store | Promise<Store> => fakeStore(this.disk);
  readonly #directory = mkdtempSync(join(tmpdir(), 'f2b-agent-'));
  /** Where the last good configuration is kept. */
  readonly kept = mkdtempSync(join(tmpdir(), 'f2b-agent-kept-'));
  #keeping: Promise<unknown> = Promise.resolve();
  #running: Running | undefined;

  constructor() {
    this.tellFailures('yes');
  }

  /** Sets LogFailures=, for the next start or reload. Tests see each failure unless they want otherwise. */
  tellFailures(mode: string): void {
    mkdirSync(join(this.#directory, 'f2bd.conf.d'), { recursive: true });
    this.write('f2bd.conf.d/10-failures.conf', `[Agent]\nLogFailures=${mode}\n`);
  }

  /** Writes a jail file, NAME.conf. */
  configure(name: string, text: string): void {
    mkdirSync(join(this.#directory, 'units'), { recursive: true });
    writeFileSync(join(this.#directory, 'units', `${name}.conf`), text);
  }

  /** Writes a file into the folder of f2bd.conf. */
  write(name: string, text: string): void {
    writeFileSync(join(this.#directory, name), text);
  }

  /** Where that file is. */
  pathOf(name: string): string {
    return join(this.#directory, name);
  }

  /** Writes a filter, NAME.conf. */
  filter(name: string, text: string): void {
    mkdirSync(join(this.#directory, 'filters'), { recursive: true });
    writeFileSync(join(this.#directory, 'filters', `${name}.conf`), text);
  }

  async start(mode: { readonly untilIdle?: boolean } = {}): Promise<Running> {
    const start = mode.untilIdle ? ({ kind: 'head' } as const) : undefined;
    const running = await startAgent(this.#world(), { untilIdle: mode.untilIdle ?? false, start });
    this.#running = running ?? assert.fail('nobody asked it to end');
    await this.settle();
    return this.#running;
  }

  /** Begins a start and lets it come as far as it can; what is returned waits for its end. */
  async begin(): Promise<() => Promise<Running>> {
    const starting = startAgent(this.#world(), { untilIdle: false, start: undefined });
    await this.settle();
    return async () => {
      this.#running = (await starting) ?? assert.fail('nobody asked it to end');
      await this.settle();
      return this.#running;
    };
  }

  /** Begins a start that `asked` ends; resolves with whether it was over before. */
  async startUntil(asked: AbortSignal): Promise<boolean> {
    this.#running = await startAgent(this.#world(), { untilIdle: false, start: undefined }, asked);
    return this.#running !== undefined;
  }

  /** Ends the agent without any of what a stop does, as kill -9 would. */
  kill(): void {
    this.#running = undefined;
    this.journal.close();
    this.isReady = false;
    // What it still writes is lost.
    this.disk = copyOfDisk(this.disk);
    this.clock = new VirtualClock(this.clock.now());
    this.firewall = new FakeFirewall();
  }

  /** The agent as f2bctl sees it. */
  get client(): AgentClient {
    return agentClient(this.bus);
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
    this.#running = undefined;
  }

  async dispose(): Promise<void> {
    await this.stop();
    await this.#keeping;
    rmSync(this.#directory, { recursive: true });
    rmSync(this.kept, { recursive: true });
  }

  /** Logs a line of sshd's now, and lets the agent take it in. */
  async log(message: string, fields: Readonly<Record<string, string>> = {}, pid = 4711): Promise<void> {
    this.journal.append({
      receivedAt: this.clock.now(),
      line: `host sshd[${pid}]: ${message}`,
      fields: { _SYSTEMD_UNIT: 'ssh.service', _UID: '0', _GID: '0', SYSLOG_IDENTIFIER: 'sshd', ...fields },
    });
    await this.settle();
  }

  async fail(address: string, times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) {
      await this.log(`Failed password for root from ${address} port 4711 ssh2`, {}, 1000 + n);
    }
  }

  /** Waits, without time passing, until what is asked is so. Throws when it never is. */
  async until(isSo: () => boolean): Promise<void> {
    for (let turn = 0; !isSo(); turn += 1) {
      if (turn > 100_000) throw new Error('it never came to that');
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async settle(): Promise<void> {
    for (let n = 0; n < 20; n += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Lets so much time pass that nothing decided waits to be stored and told any more. */
  async carriedOut(): Promise<void> {
    await this.clock.advance(5 * SECOND);
    await this.settle();
  }

  /** The addresses the firewall holds, as `f2bctl bans` would show them. */
  get enforced(): readonly string[] {
    const views = this.#running?.agent.bans({}, Number.POSITIVE_INFINITY) ?? [];
    return views.filter((view) => view.state === 'enforced').map((view) => view.ban.address.text);
  }

  told(kind: string): number {
    return this.notifier.events.filter((event) => event.kind === kind).length;
  }

  #supervisor(): Supervisor {
    this.isStopping = false;
    const nothing = () => {};
    const status = (text: string) => {
      this.statusLine = text;
    };
    const ready = (text: string) => {
      assert.equal(this.isStopping, false, 'an agent that stops is not ready');
      this.isReady = true;
      status(text);
    };
    return {
      ready,
      status,
      reloading: nothing,
      stopping: () => {
        this.isStopping = true;
      },
      alive: nothing,
      watchdogInterval: undefined,
    };
  }

  #world(): World {
    this.bus = new LoopbackBus({ uid: 0 });
    const places = { configDirectory: this.#directory, shippedDirectory: repository };
    const configuration = createAgentConfiguration(places, this.kept);
    return {
      ...configuration,
      keepConfiguration: () => {
        const kept = configuration.keepConfiguration();
        this.#keeping = Promise.all([this.#keeping, kept]);
        return kept;
      },
      loadFilter: (...asked) => {
        this.onLoadFilter();
        return configuration.loadFilter(...asked);
      },
      warn: (text) => this.warnings.push(text),
      version: '0',
      clock: this.clock,
      notifier: this.notifier,
      supervisor: this.#supervisor(),
      random: () => 0,
      ownAddresses: () => this.ownAddresses(),
      resolve: (name) => this.resolve(name),
      listFile,
      ignoreCommand: (argv, address) => this.ignoreCommand(argv, address),
      loggedIn: () => this.loggedIn(),
      portsReachedBy: async ({ text }) => {
        this.lookedFor.push(text);
        return this.portsReached;
      },
      unitStates: (names) => this.unitStates(names),
      selfCheck: this.selfCheck,
      firewallLock: undefined,
      openStore: async (owner) => this.openStore(owner),
      openFirewall: async () => {
        const { firewall } = this;
        firewall.open();
        this.bus.onClose(() => firewall.cutOff());
        return firewall;
      },
      openJournal: (_matches, _fields, source) => {
        if (this.journalFailure !== undefined) throw this.journalFailure;
        this.opened += 1;
        return source === undefined ? this.journal : (this.others.get(source.name)?.reader() ?? new FakeJournal());
      },
      openHistory: () => this.journal.reader(),
      remoteHosts: () => this.hosts,
      serve: (agent, onName) => serveAgent({ bus: this.bus, agent, onName }),
      close: async () => this.bus.close(),
    };
  }
}
