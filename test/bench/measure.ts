/** Runs a program to its end and tells what it took. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryOf } from './process-figures.js';

export interface Measured {
  /** Wall time, s. */
  readonly seconds: number;
  /** Processor time, of all threads, in the program and in the kernel, s. */
  readonly processor: number;
  /** The most memory of its own, without what it maps of files, MB; looked at every 10 ms. */
  readonly memory: number;
  readonly output: string;
}

const POLL = 10;

/** The process that time(1), which is `parent`, runs. */
function childOf(parent: number): string | undefined {
  return readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ')[0] || undefined;
}

/** MB of memory that no file backs; 0 when the process is gone. */
function ownMemory(parent: number): number {
  try {
    const child = childOf(parent);
    return child === undefined ? 0 : memoryOf(Number(child), 'RssAnon');
  } catch {
    return 0;
  }
}

/** Without what makes each start of Node.js slower or faster here than elsewhere (certificates, options). */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')));
}

/** `input`: a file for standard input. `isQuiet`: the output is thrown away, also what is told of errors. Throws when the program fails. */
export async function measure(
  command: readonly string[],
  { input = '/dev/null', isQuiet = false, env = {} as NodeJS.ProcessEnv } = {},
): Promise<Measured> {
  const times = join(tmpdir(), `f2b-bench-${process.pid}`);
  const stdin = openSync(input, 'r');
  const child = spawn('time', ['-f', '%e %U %S', '-o', times, ...command], {
    stdio: [stdin, ...(isQuiet ? (['ignore', 'ignore'] as const) : (['pipe', 'inherit'] as const))],
    env: { ...plainEnvironment(), ...env },
  });
  const ended = once(child, 'close');
  closeSync(stdin);
  let output = '';
  child.stdout?.on('data', (part: Buffer) => {
    output += part.toString();
  });
  let memory = 0;
  const poll = setInterval(() => {
    memory = Math.max(memory, ownMemory(child.pid ?? 0));
  }, POLL);
  try {
    const [status] = await ended;
    if (status !== 0) throw new Error(`${command.join(' ')} ended with status ${String(status)}`);
    const [seconds = 0, user = 0, system = 0] = readFileSync(times, 'utf8').trim().split(' ').map(Number);
    return { seconds, processor: user + system, memory, output };
  } finally {
    clearInterval(poll);
    rmSync(times, { force: true });
  }
}
