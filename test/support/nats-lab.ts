/**
 * Real nats-servers with the configuration that f2b writes: TLS, nkeys and permissions, on ports of their own. Several
 * are a cluster, and keep the stream on all of them. F2B_NATS_SERVER names the program, to try another version.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { connect, type NatsConnection, nkeyAuthenticator } from '@nats-io/transport-node';
import { createKey } from '../../src/nats/key.js';
import { inboxOf } from '../../src/nats/permissions.js';
import { serverConfig } from '../../src/nats/server-config.js';
import type { SessionOptions } from '../../src/nats/session.js';
import { cache } from './cache.js';
import { freePort } from './free-port.js';

const PROGRAMS = ['/usr/sbin/nats-server', join(cache, 'bench/nats-server/usr/sbin/nats-server')];
const program = process.env['F2B_NATS_SERVER'] ?? PROGRAMS.find(existsSync);

export const skipWithoutNats = program === undefined ? 'needs nats-server (test/setup system)' : false;

/** A host of the fleet with its key. */
export interface Host {
  readonly name: string;
  readonly seed: string;
  readonly key: string;
  readonly isAdministrator: boolean;
}

/**
 * A network namespace in which servers run, and hosts that reach them alone; `address`: where other sites reach them,
 * `reachedAt`: the name under which hosts do that are elsewhere.
 */
export interface Site {
  readonly namespace: string;
  readonly address: string;
  readonly reachedAt?: string;
}

interface LabOptions {
  /** The name in the certificate of the servers. */
  readonly certified?: string;
  readonly servers?: number;
  /** The size of a disk on which the servers keep their messages, as mount(8) takes it; otherwise there is much room. */
  readonly room?: string;
  /** What becomes of the configuration that f2b writes. */
  readonly amend?: (config: string) => string;
  /** Where each server runs; otherwise all are here. */
  readonly sites?: readonly Site[];
}

interface Server {
  readonly port: number;
  readonly site: Site | undefined;
  /** Where the others of a cluster reach it. */
  readonly routePort: number;
  child: ChildProcess | undefined;
}

export class NatsLab {
  readonly folder = mkdtempSync(join(tmpdir(), `f2b-nats-${process.pid}-`));
  readonly caFile = join(this.folder, 'ca.pem');
  readonly hosts = new Map<string, Host>();
  #servers: readonly Server[] = [];
  #isDiskMounted = false;
  #amend = (config: string) => config;

  /** A server that these hosts may use, with a certificate for `localhost`; those whose names begin with `admin` are administrators. */
  static async start(
    t: Pick<TestContext, 'after'>,
    names: readonly string[],
    options: LabOptions = {},
  ): Promise<NatsLab> {
    const { certified = 'localhost', room, sites = [], servers = Math.max(1, sites.length) } = options;
    const lab = new NatsLab();
    lab.#amend = options.amend ?? lab.#amend;
    t.after(() => lab.remove());
    if (room !== undefined) lab.#mountDisk(room);
    const addresses = sites.flatMap(({ address, reachedAt }) => [
      `IP:${address}`,
      ...(reachedAt === undefined ? [] : [`DNS:${reachedAt}`]),
    ]);
    makeCertificate(lab.folder, certified, [`DNS:${certified}`, ...new Set(addresses)]);
    for (const name of names) lab.enroll(name);
    for (let attempt = 1; ; attempt += 1) {
      lab.#servers = await Promise.all(Array.from({ length: servers }, (_, place) => aServer(sites[place])));
      try {
        for (const place of lab.#servers.keys()) await lab.run(place);
        return lab;
      } catch (error) {
        for (const place of lab.#servers.keys()) await lab.kill(place);
        if (attempt === 3 || !String(error).includes('address already in use')) throw error;
      }
    }
  }

  /** `host:port` of each server. */
  get places(): readonly string[] {
    return this.placesIn(undefined);
  }

  /** Those that a host of the site reaches; undefined: all, for they are here. */
  placesIn(site: Site | undefined): readonly string[] {
    return this.#servers.filter((server) => server.site === site).map(({ port }) => `localhost:${port}`);
  }

  /** Where hosts that are elsewhere reach the server of a site. */
  placeSeenFrom(site: Site | undefined): string {
    const server = this.#servers.find((one) => one.site === site);
    return `${site?.reachedAt ?? 'localhost'}:${server?.port}`;
  }

  /** Of the servers that run. */
  get pids(): readonly number[] {
    return this.#servers.flatMap(({ child }) => (child?.pid === undefined ? [] : [child.pid]));
  }

  get size(): number {
    return this.#servers.length;
  }

  enroll(name: string): void {
    this.hosts.set(name, { name, ...createKey(), isAdministrator: name.startsWith('admin') });
  }

  /** Starts a server, with the hosts that are enrolled now, and waits until it listens. */
  async run(place = 0): Promise<void> {
    const config = join(this.folder, `server${place}.conf`);
    mkdirSync(this.storeOf(place), { recursive: true });
    writeFileSync(config, this.#amend(this.#configuration(place)));
    const server = this.#server(place);
    const [command = '', ...argv] = inSite(server.site, [program ?? '', '-c', config]);
    const child = spawn(command, argv, { stdio: ['ignore', 'ignore', 'pipe'] });
    server.child = child;
    let told = '';
    const ready = new Promise<void>((resolve, reject) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        told += text;
        if (told.includes('Server is ready')) resolve();
      });
      child.on('exit', () => reject(new Error(`nats-server ended: ${told}`)));
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`nats-server is not ready after 60 s: ${told}`)), 60_000);
    });
    await Promise.race([ready, late]).finally(() => clearTimeout(timer));
  }

  async kill(place = 0): Promise<void> {
    const server = this.#server(place);
    const { child } = server;
    server.child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** All that it kept is gone. */
  loseAll(place = 0): void {
    rmSync(this.storeOf(place), { recursive: true });
  }

  /** Leaves no room on the disk of the servers. */
  fillDisk(): void {
    spawnSync('dd', ['if=/dev/zero', `of=${join(this.#disk, 'ballast')}`, 'bs=4k'], { stdio: 'ignore' });
  }

  makeRoom(): void {
    rmSync(join(this.#disk, 'ballast'));
  }

  get #disk(): string {
    return join(this.folder, 'disk');
  }

  #mountDisk(room: string): void {
    mkdirSync(this.#disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${room}`, 'f2b-nats', this.#disk]);
    this.#isDiskMounted = true;
  }

  /** Where a server keeps its messages. */
  storeOf(place = 0): string {
    return join(this.#disk, `js${place}`);
  }

  #server(place: number): Server {
    const server = this.#servers[place];
    if (server === undefined) throw new Error(`no server ${place}`);
    return server;
  }

  #configuration(place: number): string {
    const enrolled = [...this.hosts.values()].map(({ name, ...rest }) => ({ host: name, ...rest }));
    const { port, routePort, site } = this.#server(place);
    const others = this.#servers.filter((_, other) => other !== place);
    const cluster = {
      ...{ name: `nats${place}`, listen: `${site?.address ?? '127.0.0.1'}:${routePort}`, authority: this.caFile },
      routes: others.map((other) => `${other.site?.address ?? 'localhost'}:${other.routePort}`),
    };
    return serverConfig(enrolled, {
      ...{
        listen: `${site?.reachedAt === undefined ? '127.0.0.1' : '0.0.0.0'}:${port}`,
        storeDirectory: this.storeOf(place),
      },
      tls: { certificate: join(this.folder, 'server.pem'), key: join(this.folder, 'server.key') },
      cluster: others.length === 0 ? undefined : cluster,
    });
  }

  async remove(): Promise<void> {
    for (const place of this.#servers.keys()) await this.kill(place);
    if (this.#isDiskMounted) execFileSync('umount', [this.#disk]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  host(name: string): Host {
    const host = this.hosts.get(name);
    if (host === undefined) throw new Error(`no host ${name}`);
    return host;
  }

  /** Of a host that speaks to the servers by itself, and says what it likes. */
  async connect(t: Pick<TestContext, 'after'>, name: string): Promise<NatsConnection> {
    const { servers, seed, tls } = this.optionsOf(name);
    const connection = await connect({
      ...{ servers: [...servers], authenticator: nkeyAuthenticator(seed), reconnect: false },
      ...{ inboxPrefix: inboxOf(name), ...(tls === undefined ? {} : { tls }) },
    });
    t.after(() => connection.close());
    return connection;
  }

  /** How a host reaches the servers. */
  optionsOf(name: string): SessionOptions {
    return {
      servers: this.places,
      host: name,
      seed: new TextEncoder().encode(this.host(name).seed),
      tls: { caFile: this.caFile },
      replicas: this.size,
    };
  }
}

async function aServer(site: Site | undefined): Promise<Server> {
  return { port: await freePort(), routePort: await freePort(), site, child: undefined };
}

/** The command as it is run in the site's namespace. */
export function inSite(site: Site | undefined, command: readonly string[]): readonly string[] {
  return site === undefined ? command : ['ip', 'netns', 'exec', site.namespace, ...command];
}

/** An authority of its own, and a certificate for a server of this name, and of others as openssl writes them. */
function makeCertificate(folder: string, name: string, alternatives: readonly string[]): void {
  const run = (...argv: readonly string[]) => execFileSync('openssl', argv, { cwd: folder, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  run('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=test authority');
  run('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', `/CN=${name}`);
  writeFileSync(join(folder, 'names'), `subjectAltName=${alternatives.join(',')}\n`);
  const authority = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
  run('x509', '-req', '-in', 'server.csr', ...authority, '-out', 'server.pem', '-days', '2', '-extfile', 'names');
}
