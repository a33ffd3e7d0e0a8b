/**
 * One agent after another over the same journal and disk, in a world that fails: what ends is begun anew, as systemd
 * would. Without faults it is the undisturbed run that the others are measured by.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConfiguration } from '../../src/bin/agent/configuration.js';
import { parseAddress } from '../../src/core/address/address.js';
import { type Running, startAgent } from '../../src/daemon/lifecycle.js';
import type { ConfigSources } from '../../src/daemon/loaded-config.js';
import type { World } from '../../src/daemon/world.js';
import { createMatcher } from '../../src/filter/matching/matcher.js';
import { FakeFirewall } from '../fakes/firewall.js';
import { FakeJournal } from '../fakes/journal.js';
import { FakeNotifier } from '../fakes/notifier.js';
import { copyOfDisk, type FakeDisk, fakeDisk, fakeStore } from '../fakes/store.js';
import { exported } from '../support/core.js';
import { repository } from '../support/repository.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { type Fault, failingWorld, type Life } from './failing-ports.js';

const SECOND = 1_000_000;

/** More lives than faults can end. */
const MOST_LIVES = 200;

/** What a run came to. */
export interface RunResult {
  readonly position: unknown;
  readonly memory: readonly string[];
  /** What the firewall holds. */
  readonly entries: readonly string[];
}

/** A configuration and its filters, read from disk once. */
export async function readOnce(jail: string): Promise<ConfigSources> {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-failing-'));
  try {
    mkdirSync(join(directory, 'units'));
    writeFileSync(join(directory, 'units', 'ssh.service.conf'), jail);
    const sources = createConfiguration({ configDirectory: directory, shippedDirectory: repository });
    const config = await sources.loadConfig();
    const { value = assert.fail('no configuration') } = config;
    const [sshd = assert.fail('no jail')] = value.jails;
    const filter = sources.loadFilter({ name: 'sshd', options: {} }, sshd, value);
    return {
      warn: () => {},
      loadConfig: async () => config,
      loadFilter: () => filter,
      createMatcher: (loaded) => createMatcher(loaded),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export class FailingLab {
  readonly notifier = new FakeNotifier();
  readonly #sources: ConfigSources;
  readonly #journal = new FakeJournal();
  readonly #calls = new Map<string, number>();
  #faults: readonly Fault[];
  #clock = new VirtualClock();
  #disk = fakeDisk();
  #firewall = new FakeFirewall();
  #isDead = true;
  #hasFailed = false;
  #running: Running | undefined;
  #lastFailure: unknown;

  constructor(sources: ConfigSources, faults: readonly Fault[] = [], disk: FakeDisk | undefined = undefined) {
    this.#sources = sources;
    this.#faults = faults;
    if (disk !== undefined) this.#disk = disk;
  }

  /** Logs a line of sshd's now. */
  async log(message: string, pid: number): Promise<void> {
    const fields = { _SYSTEMD_UNIT: 'ssh.service', _UID: '0' };
    this.#journal.append({ receivedAt: this.#clock.now(), line: `host sshd[${pid}]: ${message}`, fields });
    await this.#live();
  }

  async wait(micros: number): Promise<void> {
    const end = this.#clock.now() + micros;
    while (this.#clock.now() < end) {
      await this.#clock.advance(Math.min(SECOND, end - this.#clock.now()));
      await this.#live();
    }
  }

  async reload(): Promise<void> {
    const reloading = this.#running?.agent.reload();
    await Promise.race([reloading?.catch(() => {}), this.#live()]);
    await this.#live();
  }

  async kill(): Promise<void> {
    this.#kill();
    await this.#live();
  }

  async restart(): Promise<void> {
    await this.#stop();
    await this.#live();
  }

  /** Lets all faults be over, and what is tried again succeed. */
  async finish(): Promise<RunResult> {
    this.#faults = [];
    await this.#live();
    await this.wait(10 * SECOND);
    await this.#running?.agent.verify();
    const entries = this.#firewall.entries();
    await this.#stop();
    const { position, failures, offenders, bans } = this.#disk;
    const memory = exported({ failures: failures.values(), offenders: offenders.values(), bans: bans.values() });
    return { position, memory, entries };
  }

  /** Waits until nothing moves any more, and begins a new life whenever one has ended. */
  async #live(): Promise<void> {
    for (let lives = 0; lives < MOST_LIVES; lives += 1) {
      if (this.#isDead) this.#begin();
      await this.#settle();
      if (this.#hasFailed) await this.#stop();
      if (!this.#isDead) return;
    }
    throw new Error('it does not come to life', { cause: this.#lastFailure });
  }

  #begin(): void {
    const kill = () => this.#kill();
    this.#clock = new VirtualClock(this.#clock.now());
    this.#firewall = new FakeFirewall();
    this.#isDead = false;
    this.#hasFailed = false;
    let isOver = false;
    this.#end = () => {
      isOver = true;
    };
    const life: Life = {
      get isDead() {
        return isOver;
      },
      kill,
      fateOf: (port) => this.#fateOf(port),
    };
    startAgent(failingWorld(life, this.#world()), { untilIdle: false, start: undefined }).then(
      (running) => {
        if (isOver || running === undefined) return;
        this.#running = running;
        running.done.catch(() => {
          if (!isOver) this.#hasFailed = true;
        });
      },
      (cause: unknown) => {
        this.#lastFailure = cause;
        if (!isOver) kill();
      },
    );
  }

  #end = () => {};

  #kill(): void {
    this.#end();
    this.#isDead = true;
    this.#running = undefined;
    // What it still writes is lost.
    this.#disk = copyOfDisk(this.#disk);
  }

  async #stop(): Promise<void> {
    const stopping = this.#running?.stop().catch(() => {});
    await Promise.race([stopping, this.#settle()]);
    this.#kill();
  }

  async #settle(): Promise<void> {
    for (let n = 0; n < 40; n += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  #fateOf(port: string): Fault['fate'] | undefined {
    const call = this.#calls.get(port) ?? 0;
    this.#calls.set(port, call + 1);
    return this.#faults.find((fault) => fault.port === port && fault.call === call)?.fate;
  }

  #world(): World {
    const nothing = () => {};
    return {
      ...this.#sources,
      fallbacks: () => [],
      keepConfiguration: async () => {},
      version: '0',
      selfCheck: undefined,
      firewallLock: undefined,
      clock: this.#clock,
      notifier: this.notifier,
      supervisor: {
        ...{ ready: nothing, status: nothing, reloading: nothing, stopping: nothing, alive: nothing },
        watchdogInterval: undefined,
      },
      random: (cursor) => (Number.parseInt(cursor.slice(-1), 16) % 16) / 16,
      ownAddresses: () => [parseAddress('10.99.0.2') ?? assert.fail()],
      resolve: async () => [],
      portsReachedBy: async () => undefined,
      listFile: () => ({ version: '1', read: () => '198.51.100.9' }),
      // Decisions wait for it, and others behind them.
      ignoreCommand: () =>
        new Promise((resolve) => this.#clock.at(this.#clock.now() + 2 * SECOND, () => resolve(false))),
      loggedIn: async () => [],
      unitStates: async () => undefined,
      openStore: async () => fakeStore(this.#disk),
      openFirewall: async () => this.#firewall,
      openJournal: () => this.#journal.reader(),
      remoteHosts: () => [],
      openHistory: () => this.#journal.reader(),
      serve: () => async () => {},
      close: async () => {},
    };
  }
}
