/** Hosts of a fleet as they are built: f2b-fleetd with a journal, a bus and an agent of its own, at a real nats-server. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { serveAgent } from '../../src/control/server.js';
import type { Ban } from '../../src/core/ban.js';
import type { UnbanCause } from '../../src/core/effect.js';
import { Bus } from '../../src/dbus/bus.js';
import { describeEvent } from '../../src/notify/describe-event.js';
import { openFleetState } from '../../src/store/fleet-state.js';
import { type FakeAgent, fakeAgent } from '../fakes/agent.js';
import { aBan, anAddress } from '../fakes/values.js';
import { BusDaemon, wallClock } from './bus-daemon.js';
import { writeJournal } from './journal-files.js';
import { inSite, type NatsLab, type Site } from './nats-lab.js';
import { until } from './process.js';
import { repository } from './repository.js';
import { AS_AGENT } from './told-entry.js';

const MINUTE = 60_000_000;

/** What FleetHost tells of claims of a host, made of the texts of their addresses. */
export const claimedFrom = (host: string) => (text: string) => `${text}: ssh.service on ${host}`;
const CONNECTED = 'connected to the fleet';

/** How the package starts it. */
const launcher = readFileSync(join(repository, 'debian/bin/f2b-fleetd'), 'utf8');
const flags = launcher.match(/--[a-z-]+=\d+/g) ?? [];
const allocation = Object.fromEntries(
  [...launcher.matchAll(/(MALLOC_\w+)=(\d+)/g)].map(([, name = '', value]) => [name, value]),
);

export class FleetHost {
  readonly name: string;
  readonly agent: FakeAgent = fakeAgent();
  readonly folder = mkdtempSync(join(tmpdir(), `f2b-fleet-${process.pid}-`));
  readonly #daemon = new BusDaemon();
  #bus: Bus | undefined;
  readonly #site: Site | undefined;
  #fleetd: ChildProcess | undefined;
  #told = 0;
  #output = '';

  private constructor(name: string, site: Site | undefined) {
    this.name = name;
    this.#site = site;
  }

  /** A host with an agent, and no fleetd yet. `config`: further lines of fleet.conf. `site`: where fleetd is to run. */
  static async create(
    t: Pick<TestContext, 'after'>,
    lab: NatsLab,
    name: string,
    config = '',
    site?: Site,
  ): Promise<FleetHost> {
    const host = new FleetHost(name, site);
    t.after(() => host.#remove());
    await host.#daemon.start();
    host.#bus = new Bus(host.#daemon.address, wallClock);
    const { agent } = host;
    const { report } = agent;
    // As the agent does: what it bans for others it tells, too.
    agent.report = async (reports, by) => {
      const refused = await report(reports, by);
      host.bans(
        reports.map(({ address }) => address.text),
        { jail: 'fleet', origin: 'fleet' },
      );
      return refused;
    };
    await host.#bus.connected();
    const bus = host.#bus;
    await new Promise((onName) => serveAgent({ bus, agent, onName }));
    for (const folder of ['journal', 'credentials']) mkdirSync(join(host.folder, folder));
    writeFileSync(join(host.folder, 'credentials/f2b-fleet.nkey'), lab.host(name).seed, { mode: 0o600 });
    const servers = lab
      .placesIn(site)
      .map((place) => `tls://${place}`)
      .join(' ');
    const server = `Server=${servers}\nReplicas=${lab.size}\nCAFile=${lab.caFile}`;
    writeFileSync(join(host.folder, 'f2bd.conf'), '[Agent]\nLogFailures=yes\n');
    writeFileSync(join(host.folder, 'fleet.conf'), `[Fleet]\nName=${name}\n${server}\n${config}\n`);
    host.#write({ MESSAGE: 'the journal begins', _SYSTEMD_UNIT: 'f2bd.service', ...AS_AGENT });
    return host;
  }

  /** Waits until the agent has banned these and no others for the sake of the fleet, for whatever reasons. */
  async hasBanned(expected: readonly string[], seconds = 30): Promise<void> {
    const wanted = [...expected].sort().join();
    const banned = () => [...new Set(this.fromFleet.map((text) => text.split(': ')[0]))].sort().join();
    await until(
      `${this.name} has banned ${wanted.slice(0, 500)}`,
      () => banned() === wanted || undefined,
      seconds,
    ).catch((error: unknown) => {
      throw new Error(`${error}; it has ${banned().slice(0, 500)}; f2b-fleetd said: ${this.#output}`);
    });
  }

  get bus(): string {
    return this.#daemon.address;
  }

  /** Of f2b-fleetd, while it runs. */
  get pid(): number | undefined {
    return this.#fleetd?.pid;
  }

  /** What fleetd wrote to stderr. */
  get output(): string {
    return this.#output;
  }

  /** Resolves when it is connected. */
  async start(seconds = 30): Promise<void> {
    const before = this.#output.length;
    this.launch();
    await until(
      `${this.name} is connected`,
      () => this.#output.includes(CONNECTED, before) || undefined,
      seconds,
    ).catch((error: unknown) => {
      throw new Error(`${error}; it said: ${this.#output}`);
    });
  }

  launch(): void {
    const argv = ['journal', 'state'].flatMap((name) => [`--${name}-directory`, join(this.folder, name)]);
    const env = {
      ...process.env,
      ...allocation,
      DBUS_SYSTEM_BUS_ADDRESS: this.#daemon.address,
      CREDENTIALS_DIRECTORY: join(this.folder, 'credentials'),
    };
    const program = join(repository, 'dist/f2b-fleetd.js');
    const [command = '', ...options] = inSite(this.#site, ['node', ...flags, program]);
    const child = spawn(command, [...options, '--config-directory', this.folder, ...argv], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
    this.#fleetd = child;
  }

  /** Resolves when it has ended. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#fleetd;
    this.#fleetd = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** The agent bans, and tells so in the journal. */
  bans(texts: readonly string[], fields: Partial<Ban> = {}): void {
    this.#write(...texts.map((text) => told({ kind: 'ban', ban: banOf(text, fields) })));
  }

  unbans(text: string, fields: Partial<Ban> = {}, cause: UnbanCause = 'manual', by?: number): void {
    const ban = banOf(text, fields);
    this.#write(told({ kind: 'unban', ban, cause, ...(by === undefined ? {} : { by }) }));
  }

  /** The agent finds a failure of each, and tells so in the journal. */
  fails(texts: readonly string[]): void {
    const at = Date.now() * 1_000;
    this.#write(
      ...texts.map((text) => {
        const cursor = `${this.name} ${this.#told}`;
        const failure = { jail: 'ssh.service', address: anAddress(text), at, cursor, evidence: [cursor], count: 1 };
        return told({ kind: 'failure', failure, counted: 1, maxretry: 5 });
      }),
    );
  }

  /** What the agent has banned for the sake of the fleet, with reasons. */
  get fromFleet(): readonly string[] {
    return this.agent.held
      .filter(({ ban }) => ban.jail === 'fleet')
      .map(({ ban }) => `${ban.address.text}: ${ban.reason}`)
      .sort();
  }

  /** Waits until that is so. */
  async has(expected: readonly string[], seconds = 30): Promise<void> {
    const wanted = [...expected].sort().join('\n');
    await until(
      `${this.name} has ${wanted.slice(0, 500)}`,
      () => (this.fromFleet.join('\n') === wanted ? true : undefined),
      seconds,
    ).catch((error: unknown) => {
      throw new Error(`${error}; it has ${this.fromFleet.join('\n').slice(0, 500)}; f2b-fleetd said: ${this.#output}`);
    });
  }

  /** What f2b-fleetd remembers of others' bans; it must not run. */
  async claims(): Promise<readonly string[]> {
    const report = (error: Error) => assert.fail(error.message);
    const store = await openFleetState({ directory: join(this.folder, 'state'), report });
    const { memory } = await store.load();
    const texts = [...memory.claims].map(({ address, host, jail, since, until: end }) =>
      [address.text, host, jail, since, end].join(' '),
    );
    await store.close();
    return texts.sort();
  }

  #write(...entries: readonly Readonly<Record<string, string | readonly string[]>>[]): void {
    writeJournal(
      join(this.folder, 'journal/system.journal'),
      entries.map((fields) => {
        this.#told += 1;
        return { receivedAt: Date.now() * 1_000 + this.#told, fields };
      }),
    );
  }

  async #remove(): Promise<void> {
    await this.stop('SIGKILL');
    this.#bus?.close();
    await this.#daemon.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function banOf(text: string, fields: Partial<Ban> = {}): Ban {
  const now = Date.now() * 1_000;
  return aBan({ address: anAddress(text), since: now, until: now + 60 * MINUTE, ...fields });
}

function told(event: Parameters<typeof describeEvent>[0]): Record<string, string | readonly string[]> {
  const { message, fields } = describeEvent(event);
  const all = { MESSAGE: message, F2B_EVENT: event.kind, _SYSTEMD_UNIT: 'f2bd.service', _TRANSPORT: 'journal' };
  return { ...all, ...AS_AGENT, ...Object.fromEntries(fields) };
}
