/** A process in a network namespace that opens and accepts TCP connections on request. Also its own main program. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** `open`: connected and answered; `refused`: rejected at once; `silent`: no answer in time. */
export type Reach = 'open' | 'refused' | 'silent';

type Command =
  | { readonly id: number; readonly kind: 'listen'; readonly port: number }
  | {
      readonly id: number;
      readonly kind: 'reach' | 'hold';
      readonly from: string;
      readonly to: string;
      readonly port: number;
    }
  | { readonly id: number; readonly kind: 'echo' | 'drop'; readonly connection: number };

/** How long a packet that is dropped is waited for, ms. */
const PATIENCE = 700;

export class Endpoint {
  readonly #process: ChildProcess;
  readonly #answers = new Map<number, (answer: string) => void>();
  #next = 0;

  constructor(namespace: string) {
    this.#process = spawn('ip', ['netns', 'exec', namespace, process.execPath, import.meta.filename, 'main'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.#process.stdout === null) throw new Error('no pipe');
    createInterface(this.#process.stdout).on('line', (line) => {
      const [id = '', answer = ''] = line.split(' ');
      this.#answers.get(Number(id))?.(answer);
    });
  }

  async ready(): Promise<void> {
    await this.#ask({ kind: 'drop', connection: -1 });
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

  /** True when a byte sent through the connection comes back. */
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
    }, PATIENCE);
    const end = (result: Socket | Reach) => {
      clearTimeout(timer);
      resolve(result);
    };
    socket.once('connect', () => end(socket));
    socket.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'ETIMEDOUT' ? 'silent' : 'refused'));
  });
}

async function echo(socket: Socket | undefined): Promise<string> {
  if (socket === undefined || socket.destroyed) return 'dead';
  socket.write('x');
  const timeout = AbortSignal.timeout(PATIENCE);
  try {
    await once(socket, 'data', { signal: timeout });
    return 'alive';
  } catch {
    return 'dead';
  }
}

function main(): void {
  const held: Socket[] = [];
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
      case 'echo':
        return echo(held[command.connection]);
      case 'drop':
        held[command.connection]?.destroy();
        return 'dropped';
    }
  };
  createInterface(process.stdin).on('line', (line) => {
    const command: Command = JSON.parse(line);
    void answer(command).then((text) => process.stdout.write(`${command.id} ${text}\n`));
  });
}

if (process.argv[2] === 'main') main();
