/** A process in a network namespace that talks TCP and UDP on request. Also its own main program. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { on, once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** `open`: connected and answered; `refused`: rejected at once; `silent`: no answer in time. */
export type Reach = 'open' | 'refused' | 'silent';

type Command =
  | { readonly id: number; readonly kind: 'listen' | 'listen-udp' | 'prompt'; readonly port: number }
  | {
      readonly id: number;
      readonly kind: 'reach' | 'hold' | 'flow';
      readonly from: string;
      readonly to: string;
      readonly port: number;
    }
  | { readonly id: number; readonly kind: 'echo'; readonly connection: number }
  | { readonly id: number; readonly kind: 'ready' };

/** What a service sends of its own accord, and what is sent to come back. */
const UNASKED = 'unasked';
const ASKED = 'x';

/** How long a packet that is dropped is waited for, ms. */
const TIMEOUT = 700;

export class Endpoint {
  readonly #process: ChildProcess;
  readonly #answers = new Map<number, (answer: string) => void>();
  #next = 0;

  /** `program`: this file, run with the argument `main` wherever the endpoint is to be, its input and output piped. */
  constructor(program: ChildProcess) {
    this.#process = program;
    if (program.stdout === null) throw new Error('no pipe');
    createInterface(program.stdout).on('line', (line) => {
      const [id = '', answer = ''] = line.split(' ');
      this.#answers.get(Number(id))?.(answer);
    });
  }

  static in(namespace: string): Endpoint {
    const command = ['netns', 'exec', namespace, process.execPath, import.meta.filename, 'main'];
    return new Endpoint(spawn('ip', command, { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  async ready(): Promise<void> {
    await this.#ask({ kind: 'ready' });
  }

  /** Accepts connections to `port` on all addresses, as sshd does: one dual-stack socket. Echoes what it receives. */
  async listen(port: number): Promise<void> {
    await this.#ask({ kind: 'listen', port });
  }

  /** Tries one connection. */
  async reach(from: string, to: string, port: number): Promise<Reach> {
    const answer = await this.#ask({ kind: 'reach', from, to, port });
    return answer === 'open' || answer === 'refused' ? answer : 'silent';
  }

  /** Opens a connection and keeps it; answers with its number. */
  async hold(from: string, to: string, port: number): Promise<number> {
    return Number(await this.#ask({ kind: 'hold', from, to, port }));
  }

  /** Sends back every datagram that comes to `port`. */
  async listenUdp(port: number): Promise<void> {
    await this.#ask({ kind: 'listen-udp', port });
  }

  /** The UDP service of `port` sends a datagram of its own to everybody it has heard of. */
  async prompt(port: number): Promise<void> {
    await this.#ask({ kind: 'prompt', port });
  }

  /** A UDP socket for datagrams to one place, kept: for conntrack they are all one flow. Answers with its number. */
  async flow(from: string, to: string, port: number): Promise<number> {
    return Number(await this.#ask({ kind: 'flow', from, to, port }));
  }

  /** True when a byte sent through the connection or flow comes back. */
  async isAlive(connection: number): Promise<boolean> {
    return (await this.#ask({ kind: 'echo', connection })) === 'alive';
  }

  close(): void {
    this.#process.kill('SIGKILL');
  }

  #ask(command: Omit<Command, 'id'> | object): Promise<string> {
    const id = this.#next++;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#process.stdin?.write(`${JSON.stringify({ ...command, id })}\n`);
    });
  }
}

function open(from: string, to: string, port: number): Promise<Socket | Reach> {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port, localAddress: from });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve('silent');
    }, TIMEOUT);
    const end = (result: Socket | Reach) => {
      clearTimeout(timer);
      resolve(result);
    };
    socket.once('connect', () => end(socket));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'ETIMEDOUT' ? 'silent' : 'refused'));
  });
}

/** A UDP socket for datagrams to one place; rejects when it cannot be had. */
async function flow(from: string, to: string, port: number): Promise<UdpSocket> {
  const socket = createSocket(from.includes(':') ? 'udp6' : 'udp4');
  // What comes back as an ICMP message is an error here; the echo that is missing tells all there is to tell.
  socket.on('error', () => {});
  socket.bind(0, from);
  await once(socket, 'listening');
  socket.connect(port, to);
  await once(socket, 'connect');
  return socket;
}

/** A UDP service on all addresses of both families that sends back what comes. */
class Reflector {
  readonly #socket = createSocket('udp6');
  readonly #peers = new Map<string, { readonly address: string; readonly port: number }>();

  async listen(port: number): Promise<void> {
    this.#socket.on('message', (data, { address, port: back }) => {
      this.#peers.set(`${address} ${back}`, { address, port: back });
      this.#socket.send(data, back, address);
    });
    this.#socket.bind(port, '::');
    await once(this.#socket, 'listening');
  }

  prompt(): void {
    for (const { address, port } of this.#peers.values()) this.#socket.send(UNASKED, port, address);
  }
}

async function echo(socket: Socket | UdpSocket | undefined): Promise<string> {
  const isTcp = socket !== undefined && 'write' in socket;
  if (socket === undefined || (isTcp && socket.destroyed)) return 'dead';
  const answer = heard(socket, isTcp ? 'data' : 'message');
  if (isTcp) socket.write(ASKED);
  else socket.send(ASKED);
  return (await answer) ? 'alive' : 'dead';
}

/** Whether what was asked for comes back in time. */
async function heard(socket: Socket | UdpSocket, event: 'data' | 'message'): Promise<boolean> {
  try {
    for await (const [data] of on(socket, event, { signal: AbortSignal.timeout(TIMEOUT) })) {
      if (String(data) === ASKED) return true;
    }
  } catch {
    // Nothing came.
  }
  return false;
}

function main(): void {
  const held: (Socket | UdpSocket)[] = [];
  const reflectors = new Map<number, Reflector>();
  const answer = async (command: Command): Promise<string> => {
    switch (command.kind) {
      case 'listen': {
        const server = createServer((socket) => socket.on('error', () => {}).pipe(socket));
        server.listen(command.port, '::');
        await once(server, 'listening');
        return 'listening';
      }
      case 'reach': {
        const result = await open(command.from, command.to, command.port);
        if (typeof result === 'string') return result;
        result.destroy();
        return 'open';
      }
      case 'hold': {
        const result = await open(command.from, command.to, command.port);
        return typeof result === 'string' ? '-1' : String(held.push(result) - 1);
      }
      case 'listen-udp': {
        const reflector = new Reflector();
        reflectors.set(command.port, reflector);
        await reflector.listen(command.port);
        return 'listening';
      }
      case 'prompt':
        reflectors.get(command.port)?.prompt();
        return 'sent';
      case 'flow':
        return String(held.push(await flow(command.from, command.to, command.port)) - 1);
      case 'echo':
        return echo(held[command.connection]);
      case 'ready':
        return 'ready';
    }
  };
  createInterface(process.stdin).on('line', (line) => {
    const command: Command = JSON.parse(line);
    void answer(command).then((text) => process.stdout.write(`${command.id} ${text}\n`));
  });
}

if (process.argv[2] === 'main') main();
