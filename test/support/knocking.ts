/**
 * Knocks at a port from many addresses at once, again and again, and notes who was let in. Also its own main program, to
 * be run in the network namespace that has these addresses.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

/** A connection that is not there so soon was not let in, ms. */
const TIMEOUT = 400;
const STEP = 17;

/** What came of all knocks so far. */
export interface Knocked {
  readonly rounds: number;
  /** Who was let in, by round. */
  readonly letIn: readonly (readonly string[])[];
}

export class Knocking {
  readonly #program: ChildProcess;
  readonly #letIn: (readonly string[])[] = [];
  #rest = '';

  /** `start` runs a command line in the namespace. */
  constructor(start: (command: readonly string[]) => ChildProcess, to: string, from: readonly string[]) {
    this.#program = start([process.execPath, import.meta.filename, to]);
    this.#program.stdin?.write(`${JSON.stringify(from)}\n`);
    this.#program.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = `${this.#rest}${text}`.split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) this.#letIn.push(line.split(' ').filter((address) => address !== ''));
    });
  }

  /** So far. */
  get knocked(): Knocked {
    return { rounds: this.#letIn.length, letIn: [...this.#letIn] };
  }

  async stop(): Promise<Knocked> {
    const ended = once(this.#program, 'close');
    this.#program.kill('SIGKILL');
    await ended;
    return this.knocked;
  }
}

function isLetIn(from: string, to: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: to, port: 22, localAddress: from });
    const end = (answer: boolean) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(false), TIMEOUT);
    socket.once('connect', () => end(true));
    socket.on('error', () => end(false));
  });
}

async function main(to: string): Promise<void> {
  const [line] = await once(process.stdin, 'data');
  const addresses: readonly string[] = JSON.parse(String(line));
  // Each round begins with others: of very many at once a service takes the first ones.
  for (let first = 0; ; first = (first + STEP) % addresses.length) {
    const turn = [...addresses.slice(first), ...addresses.slice(0, first)];
    const answers = await Promise.all(turn.map((from) => isLetIn(from, to)));
    process.stdout.write(`${turn.filter((_, index) => answers[index]).join(' ')}\n`);
  }
}

if (process.argv[1] === import.meta.filename) await main(process.argv[2] ?? '');
