/** Runs programs for the end-to-end tests; whatever is still running when the test process ends is ended with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How a program ended, with all it wrote. */
export interface Output {
  /** The exit status; -1 when it was ended by a signal or never started. */
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: string;
  /** Seconds until the program is ended. */
  readonly timeout?: number;
}

const environment = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', HOME: '/root', TERM: 'dumb' };

/** Starts a program that the kernel ends when this process ends, whatever ends it. */
export function start(command: readonly string[]): ChildProcess {
  const program = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], { env: environment });
  program.stdin.on('error', () => {
    // The program ended before it read all of its input; its exit status tells.
  });
  return program;
}

/** Runs a program to its end. */
export function run(command: readonly string[], { input = '', timeout = 60 }: RunOptions = {}): Promise<Output> {
  return new Promise((resolve) => {
    const program = start(command);
    const timer = setTimeout(() => program.kill('SIGKILL'), timeout * 1000);
    let out = '';
    let err = '';
    program.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    program.stderr?.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    program.on('error', (error) => {
      err += error.message;
    });
    program.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status: status ?? -1, out, err });
    });
    program.stdin?.end(input);
  });
}

export function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** Asks until the answer is defined; fails with what was waited for after `seconds`. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined> | T | undefined,
  seconds = 30,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await sleep(0.1);
  }
}

/** The first child of a process, once it has one. */
export function childOf(pid: number | undefined): number | undefined {
  if (pid === undefined) return undefined;
  try {
    const [first = ''] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
    return first === '' ? undefined : Number(first);
  } catch {
    return undefined;
  }
}

/** The name of the program a process runs now. */
export function nameOf(pid: number | undefined): string | undefined {
  try {
    return pid === undefined ? undefined : readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Waits without giving way to anything else, for code that runs while the process exits. */
export function pauseNow(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
