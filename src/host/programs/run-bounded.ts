/**
 * Runs a program without a shell, bounded in time and output, with an environment of its own. Invariant: when its time
 * is over, it and whatever it started in its process group is gone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { systemCode } from '../../errors.js';

export interface BoundedRun {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads from its standard input; nothing when undefined. */
  readonly input?: Buffer;
  /** Kills it. */
  readonly signal: AbortSignal;
}

/** `output`: the beginning of what it wrote to both of its outputs. */
export type BoundedAnswer =
  | { readonly kind: 'ended'; readonly status: number; readonly output: string }
  | { readonly kind: 'killed'; readonly by: string; readonly output: string }
  | { readonly kind: 'unstartable'; readonly reason: string };

export type RunProgram = (run: BoundedRun) => Promise<BoundedAnswer>;

/** The most of its output that is kept, bytes. */
const MOST_OUTPUT = 4_096;
/** So long its outputs may stay open in others' hands after it ended, ms. */
const LINGERING = 500;

/** Never rejects. */
export function runBounded({ argv, environment, input, signal }: BoundedRun): Promise<BoundedAnswer> {
  const [program = '', ...given] = argv;
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ kind: 'killed', by: 'SIGKILL', output: '' });
    let child: ChildProcess;
    try {
      // A group of its own, so that what it starts can be ended with it.
      child = spawn(program, given, {
        ...{ env: environment, detached: true, cwd: '/' },
        stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      });
    } catch (cause) {
      return resolve({ kind: 'unstartable', reason: systemCode(cause) ?? String(cause) });
    }
    const output = collect(child);
    feed(child, input);
    const kill = () => killGroup(child);
    signal.addEventListener('abort', kill, { once: true });
    child.once('error', (cause) => {
      signal.removeEventListener('abort', kill);
      resolve({ kind: 'unstartable', reason: systemCode(cause) ?? String(cause) });
    });
    child.once('exit', (status, by) => {
      const timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, LINGERING);
      child.once('close', () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', kill);
        if (status === null) resolve({ kind: 'killed', by: by ?? 'a signal', output: output() });
        else resolve({ kind: 'ended', status, output: output() });
      });
    });
  });
}

/** It may end without having read all of it. */
function feed({ stdin }: ChildProcess, input: Buffer | undefined): void {
  stdin?.on('error', () => undefined).end(input);
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it is gone already.
  }
}

function collect({ stdout, stderr }: ChildProcess): () => string {
  let kept = Buffer.alloc(0);
  for (const stream of [stdout, stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      if (kept.length < MOST_OUTPUT) kept = Buffer.concat([kept, chunk.subarray(0, MOST_OUTPUT - kept.length)]);
    });
  }
  return () => kept.toString('utf8');
}
