/** Runs a program of the system's for its answer: bounded in time and length, without a shell. */
import { execFile } from 'node:child_process';

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
