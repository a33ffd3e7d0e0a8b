/**
 * A host with a real firewalld and a peer that sends it real packets, each in a network namespace of its own.
 * Everything it starts carries this process's id in its name and is ended by `remove`, also after a failure.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { Bus } from '../../src/dbus/bus.js';
import { BusDaemon, wallClock } from '../support/bus-daemon.js';
import { Endpoint } from '../support/endpoint.js';
import { repository } from '../support/repository.js';

/** The host's addresses, and those the peer can send from. TEST-NET-1 and the documentation prefix. */
export const HOST = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' };
export const PEERS = {
  ipv4: ['192.0.2.66', '192.0.2.67', '192.0.2.68'],
  ipv6: ['2001:db8::66', '2001:db8::67', '2001:db8:0:0:1::66'],
} as const;

/** What stands behind the host: where a container has its address, and what it sees the host as. */
export const BEHIND = { ipv4: '198.51.100.2', ipv6: '2001:db8:1::2' };
const BEFORE_IT = { ipv4: '198.51.100.1', ipv6: '2001:db8:1::1' };

/** What is missing to run the lab; undefined when it can run. */
export function labObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root for network namespaces';
  const programs = ['/usr/sbin/firewalld', '/usr/sbin/nft', '/usr/bin/dbus-daemon'];
  const missing = programs.filter((path) => !existsSync(path));
  return missing.length === 0 ? undefined : `needs ${missing.join(', ')}: run test/setup system`;
}

let labs = 0;

/** Calls `check` until it does not throw, for at most `seconds`. */
export async function eventually<T>(check: () => T | Promise<T>, seconds = 20): Promise<T> {
  const end = Date.now() + seconds * 1_000;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

export class Lab {
  readonly bus = new BusDaemon();
  readonly #name: string;
  readonly #folder = mkdtempSync(join(tmpdir(), `f2b-lab-${process.pid}-`));
  readonly #endpoints: Endpoint[] = [];
  readonly #connections: Bus[] = [];
  #firewalld: ChildProcess | undefined;
  #isRouter = false;

  private constructor() {
    labs += 1;
    this.#name = `f2b${process.pid}x${labs}`;
  }

  /** `shipped: false` leaves out the package's zones, ipsets and policies; `firewalld: false` starts none. */
  static async create(options: { readonly shipped?: boolean; readonly firewalld?: boolean } = {}): Promise<Lab> {
    const lab = new Lab();
    try {
      lab.#makeNetwork();
      lab.#configure(options.shipped ?? true);
      await lab.bus.start();
      if (options.firewalld ?? true) await lab.startFirewalld();
      return lab;
    } catch (error) {
      await lab.remove();
      throw error;
    }
  }

  /** Holds `usr` and `etc`, what is /usr/lib/firewalld and /etc/firewalld elsewhere. */
  get configuration(): string {
    return this.#folder;
  }

  get hostNamespace(): string {
    return `${this.#name}h`;
  }

  /** Runs a command on the host and gives its output. */
  host(command: string, ...args: string[]): string {
    return this.hostInput('', command, ...args);
  }

  /** The same for a command that reads `input`. */
  hostInput(input: string, command: string, ...args: string[]): string {
    return execFileSync('ip', ['netns', 'exec', this.hostNamespace, command, ...args], {
      encoding: 'utf8',
      env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: this.bus.address },
      input,
      stdio: ['pipe', 'pipe', 'pipe'],
      maxBuffer: 64 * 1024 * 1024,
    });
  }

  /** Reloads firewalld; unlike the above it lets this process go on meanwhile. */
  async reload(): Promise<void> {
    await this.#ask('--reload');
  }

  async #ask(option: string): Promise<void> {
    const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: this.bus.address };
    await promisify(execFile)('ip', ['netns', 'exec', this.hostNamespace, 'firewall-cmd', option], { env });
  }

  firewallCmd(...args: string[]): string {
    return this.host('firewall-cmd', ...args).trim();
  }

  /** The link-local address of a side, with its interface. */
  linkLocal(side: 'host' | 'peer'): string {
    const namespace = `${this.#name}${side[0]}`;
    const shown = execFileSync('ip', ['-n', namespace, '-6', '-o', 'address', 'show', 'dev', 'eth0', 'scope', 'link']);
    const [, address] = /inet6 (fe80:\S+)\/64(?!.*tentative)/.exec(String(shown)) ?? [];
    if (address === undefined) throw new Error('no link-local address yet');
    return `${address}%eth0`;
  }

  /** What the kernel holds in one of firewalld's sets. */
  kernelSet(name: string): readonly string[] {
    return kernelEntries(this.host('nft', '-j', 'list', 'set', 'inet', 'firewalld', name));
  }

  /** All entries in the kernel's sets whose names begin with `prefix`. */
  kernelSets(prefix = 'f2b-'): readonly string[] {
    return kernelEntries(this.host('nft', '-j', 'list', 'sets', 'inet'), prefix);
  }

  /** A process on the host or at the peer that opens and accepts TCP connections. */
  async endpoint(side: 'host' | 'peer' | 'behind'): Promise<Endpoint> {
    if (side === 'behind') this.#addBehind();
    const endpoint = Endpoint.in(`${this.#name}${side[0]}`);
    this.#endpoints.push(endpoint);
    await endpoint.ready();
    return endpoint;
  }

  async connect(): Promise<Bus> {
    const bus = new Bus(this.bus.address, wallClock);
    this.#connections.push(bus);
    await bus.connected();
    return bus;
  }

  async startFirewalld(): Promise<void> {
    const paths = ['--default-config', join(this.#folder, 'usr'), '--system-config', join(this.#folder, 'etc')];
    const options = ['--nofork', '--nopid', '--log-target', 'file', '--log-file', join(this.#folder, 'log')];
    this.#firewalld = spawn('ip', ['netns', 'exec', this.hostNamespace, 'firewalld', ...options, ...paths], {
      env: { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: this.bus.address },
      stdio: 'ignore',
    });
    await eventually(() => this.#ask('--state'), 60);
  }

  get firewalldProcess(): ChildProcess {
    if (this.#firewalld === undefined) throw new Error('firewalld was not started');
    return this.#firewalld;
  }

  /** SIGTERM lets firewalld remove its rules, SIGKILL leaves them. */
  async stopFirewalld(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#firewalld;
    this.#firewalld = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** The ids of the processes on the host whose command line has `text` in it. */
  processes(text: string): readonly number[] {
    const ids = execFileSync('ip', ['netns', 'pids', this.hostNamespace], { encoding: 'utf8' }).trim().split('\n');
    return ids.filter((id) => commandLine(id).includes(text)).map(Number);
  }

  async remove(): Promise<void> {
    for (const bus of this.#connections) bus.close();
    for (const endpoint of this.#endpoints) endpoint.close();
    this.#firewalld?.kill('SIGCONT');
    await this.stopFirewalld('SIGKILL');
    await this.bus.remove();
    for (const side of ['h', 'p', 'b']) {
      try {
        execFileSync('ip', ['netns', 'delete', `${this.#name}${side}`], { stdio: 'ignore' });
      } catch {
        // It was not made.
      }
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #makeNetwork(): void {
    const [host, peer] = [`${this.#name}h`, `${this.#name}p`];
    const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });
    ip('netns', 'add', host);
    ip('netns', 'add', peer);
    ip('-n', host, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', peer);
    const address = (namespace: string, text: string, ...more: string[]) =>
      ip('-n', namespace, 'address', 'add', text, 'dev', 'eth0', ...more);
    address(host, `${HOST.ipv4}/24`);
    address(host, `${HOST.ipv6}/64`, 'nodad');
    for (const text of PEERS.ipv4) address(peer, `${text}/24`);
    for (const text of PEERS.ipv6) address(peer, `${text}/64`, 'nodad');
    for (const namespace of [host, peer]) {
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
      ip('-n', namespace, 'link', 'set', 'eth0', 'up');
    }
  }

  /** One more namespace, which the peer reaches through the host alone: what a container is. */
  #addBehind(): void {
    const [host, behind] = [this.hostNamespace, `${this.#name}b`];
    const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' });
    if (this.#isRouter) return;
    this.#isRouter = true;
    ip('netns', 'add', behind);
    ip('-n', host, 'link', 'add', 'behind0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', behind);
    ip('-n', host, 'address', 'add', `${BEFORE_IT.ipv4}/24`, 'dev', 'behind0');
    ip('-n', host, 'address', 'add', `${BEFORE_IT.ipv6}/64`, 'dev', 'behind0', 'nodad');
    ip('-n', behind, 'address', 'add', `${BEHIND.ipv4}/24`, 'dev', 'eth0');
    ip('-n', behind, 'address', 'add', `${BEHIND.ipv6}/64`, 'dev', 'eth0', 'nodad');
    for (const [namespace, link] of [
      [host, 'behind0'],
      [behind, 'lo'],
      [behind, 'eth0'],
    ] as const)
      ip('-n', namespace, 'link', 'set', link, 'up');
    ip('-n', behind, 'route', 'add', 'default', 'via', BEFORE_IT.ipv4);
    ip('-n', behind, '-6', 'route', 'add', 'default', 'via', BEFORE_IT.ipv6);
    ip('-n', `${this.#name}p`, 'route', 'add', '198.51.100.0/24', 'via', HOST.ipv4);
    ip('-n', `${this.#name}p`, '-6', 'route', 'add', '2001:db8:1::/64', 'via', HOST.ipv6);
    this.host('sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
  }

  #configure(shipped: boolean): void {
    const usr = join(this.#folder, 'usr');
    const etc = join(this.#folder, 'etc');
    // Without what an f2b that is installed here has put there.
    cpSync('/usr/lib/firewalld', usr, { recursive: true, filter: (path) => !basename(path).startsWith('f2b') });
    for (const kind of ['zones', 'ipsets', 'policies']) {
      mkdirSync(join(etc, kind), { recursive: true });
      if (shipped) cpSync(join(repository, 'debian/firewalld', kind), join(usr, kind), { recursive: true });
    }
    // The default zone lets the peer in, so that only a ban can keep it out. firewalld 2.1 and newer own their table:
    // nobody else may change it, as these tests do to see how that is mended.
    writeFileSync(join(etc, 'firewalld.conf'), 'DefaultZone=trusted\nNftablesTableOwner=no\n');
  }
}

/** Empty for a process that is gone. */
function commandLine(id: string): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

interface NftSet {
  readonly table: string;
  readonly name: string;
  readonly elem?: readonly unknown[];
}

interface NftOutput {
  readonly nftables: readonly { readonly set?: NftSet }[];
}

/** The entries in the JSON that nft writes of sets whose names begin with `prefix`. */
export function kernelEntries(json: string, prefix = ''): readonly string[] {
  return setsIn(json, prefix)
    .flatMap(({ elem = [] }) => elem)
    .map(entryText)
    .sort();
}

/** The sets of such a listing whose names begin with `prefix`. */
export function setsIn(json: string, prefix = ''): readonly NftSet[] {
  const { nftables }: NftOutput = JSON.parse(json);
  return nftables.flatMap(({ set }) => (set?.name.startsWith(prefix) ? [set] : []));
}

/** nft writes prefixes as `{prefix: {addr, len}}`, ranges as `{range: [from, to]}`, and wraps what has a time-out. */
function entryText(entry: unknown): string {
  if (typeof entry === 'string') return entry;
  const { prefix, elem, range } = Object(entry);
  if (elem !== undefined) return entryText(elem.val);
  return prefix === undefined ? String(range) : `${prefix.addr}/${prefix.len}`;
}
