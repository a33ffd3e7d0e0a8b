/** Runs a program of the system's for its answer: bounded in time and length, without a shell. */
import { execFile, spawn } from 'node:child_process';

export interface CommandAnswer {
  readonly status: number;
  readonly output: string;
}

/** ms */
const TIMEOUT = 10_000;
const MOST = 1 << 20;

/** Undefined when there is no such program, or it gave no answer in time. */
export function runCommand([program = '', ...given]: readonly string[]): Promise<CommandAnswer | undefined> {
  const options = { timeout: TIMEOUT, maxBuffer: MOST, env: { ...process.env, LC_ALL: 'C', SYSTEMD_COLORS: '0' } };
  return new Promise((resolve) => {
    execFile(program, given, options, (error, output) => {
      if (error === null) resolve({ status: 0, output });
      else resolve(typeof error.code === 'number' ? { status: error.code, output } : undefined);
    });
  });
}

/** Runs a program to its end, however long that takes; `output` is what it wrote to both of its outputs, as it came. */
export function runToEnd(program: string, given: readonly string[]): Promise<CommandAnswer> {
  const child = spawn(program, given, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? 1, output }));
  });
}
