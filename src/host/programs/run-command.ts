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

/** What a program wrote to each of its outputs. */
export interface Outputs {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/**
 * Runs a program to its end, however long that takes; `output` is what it wrote to both of its outputs, as it came. One that
 * writes more than `most` characters is ended, and the rest is left out.
 */
export async function runToEnd(
  program: string,
  given: readonly string[],
  most = Number.POSITIVE_INFINITY,
): Promise<CommandAnswer> {
  let output = '';
  const append = (text: string, end: () => void): void => {
    output = `${output}${text}`.slice(0, most);
    if (output.length === most) end();
  };
  const status = await follow(program, given, append, append);
  return { status, output };
}

/** The same, with its outputs apart. */
export async function runApart(program: string, given: readonly string[]): Promise<Outputs> {
  let [output, errors] = ['', ''];
  const status = await follow(
    program,
    given,
    (text) => {
      output += text;
    },
    (text) => {
      errors += text;
    },
  );
  return { status, output, errors };
}

function follow(
  program: string,
  given: readonly string[],
  onOutput: (text: string, end: () => void) => void,
  onError: (text: string, end: () => void) => void,
): Promise<number> {
  const child = spawn(program, given, { stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => {
    child.kill('SIGTERM');
    child.stdout.destroy();
    child.stderr.destroy();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => onOutput(text, end));
  child.stderr.setEncoding('utf8').on('data', (text: string) => onError(text, end));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
}
