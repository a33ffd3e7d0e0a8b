/**
 * Ends the open TCP connections of banned addresses: firewalld lets established connections through before it looks at
 * zones and policies, so a ban alone does not touch them.
 * Invariant: what is handed to ss(8) are canonical addresses and port numbers, never text from elsewhere.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Address, covers } from '../core/address/address.js';
import { printable } from '../core/printable.js';
import type { Purpose } from './claims.js';

/**
 * Addresses per call, as starting a program is what takes time. A filter of ss is a program of limited length for the kernel,
 * one netlink attribute of 64 KiB, of which an IPv6 prefix takes some 36 bytes.
 */
const BATCH = 700;

const TIMEOUT_MILLISECONDS = 20_000;

/** ss names each connection that it ends, in some 100 bytes, and an attacker may hold very many. */
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Where IPv4 stands among IPv6 addresses. As an address it would be the IPv4 prefix 0.0.0.0/0. */
const IPV4_MAPPED: Address = { family: 6, length: 96, text: '::ffff:0:0/96', w0: 0, w1: 0, w2: 0xffff, w3: 0 };

const run = promisify(execFile);

export interface Cut {
  readonly address: Address;
  readonly purpose: Purpose;
}

/**
 * Port conditions in ss's words: `sport = :22`, `( sport >= :6000 and sport <= :6010 )`. UDP sockets have no
 * connection to cut.
 */
function portConditions(ports: readonly string[]): readonly string[] {
  return ports.flatMap((port) => {
    const [, from, to] = /^(\d+)(?:-(\d+))?\/tcp$/.exec(port) ?? [];
    if (from === undefined) return [];
    return [to === undefined ? `sport = :${from}` : `( sport >= :${from} and sport <= :${to} )`];
  });
}

/**
 * The kernel compares an IPv4 address also with the mapped address of a dual-stack socket, such as sshd's. The same
 * rule makes an IPv6 prefix around ::ffff:0:0/96 match every IPv4 peer, so such a prefix is left out.
 */
function addressConditions({ address }: Cut): readonly string[] {
  if (address.family === 4) return [`dst ${address.text}`];
  return covers(address, IPV4_MAPPED) ? [] : [`dst [${address.text}]`];
}

/** The arguments of ss that end the connections of these addresses; undefined when there is nothing to end. */
export function cutFilter(cuts: readonly Cut[]): string | undefined {
  const [first] = cuts;
  if (first === undefined) return undefined;
  const addresses = cuts.flatMap(addressConditions).join(' or ');
  if (addresses === '') return undefined;
  if (first.purpose.kind !== 'ports') return addresses;
  const ports = portConditions(first.purpose.ports);
  return ports.length === 0 ? undefined : `( ${addresses} ) and ( ${ports.join(' or ')} )`;
}

/** What a firewall adapter needs of a killer. */
export type ConnectionKiller = Pick<SocketKiller, 'cut' | 'problem'>;

/** Cuts connections with `ss -K` (needs CAP_NET_ADMIN and a kernel with CONFIG_INET_DIAG_DESTROY). */
export class SocketKiller {
  readonly #command: readonly string[];
  #problem: string | undefined;

  /** `command`: how to run ss, for instance inside a network namespace. */
  constructor(command: readonly string[] = ['ss']) {
    this.#command = command;
  }

  /** Why the last attempt failed; undefined when it worked. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Never rejects: the ban holds without it, new connections are refused all the same. */
  async cut(cuts: readonly Cut[]): Promise<void> {
    const groups = new Map<string, Cut[]>();
    for (const cut of cuts) {
      const key = cut.purpose.kind === 'ports' ? cut.purpose.ports.join(',') : '';
      const group = groups.get(key) ?? [];
      group.push(cut);
      groups.set(key, group);
    }
    for (const group of groups.values()) {
      for (let start = 0; start < group.length; start += BATCH) {
        const filter = cutFilter(group.slice(start, start + BATCH));
        if (filter !== undefined) await this.#run(filter);
      }
    }
  }

  async #run(filter: string): Promise<void> {
    const [program = 'ss', ...before] = this.#command;
    try {
      const options = { timeout: TIMEOUT_MILLISECONDS, maxBuffer: MOST_OUTPUT };
      await run(program, [...before, '-K', '-H', '-n', '-t', filter], options);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = `open connections of banned addresses were not ended: ${reasonOf(error)}`;
    }
  }
}

/** Why execFile failed. Its own message begins with the whole command. */
function reasonOf(error: unknown): string {
  const { code, killed, stderr, message } = Object(error);
  const [first = ''] = String(stderr ?? '')
    .trim()
    .split('\n');
  if (first !== '') return printable(first);
  if (code === 'ENOENT') return `${message}; install the package iproute2`;
  if (typeof code === 'number') return `ss ended with status ${code}`;
  return killed === true ? 'ss did not end in time' : String(message);
}
