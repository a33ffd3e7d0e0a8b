/**
 * Runs a program without a shell, bounded in time and output, with an environment of its own. Invariant: when its time
 * is over, it and whatever it started in its process group is gone.
 */
import type { RunningProgram, StartProgram } from './start-program.js';

export interface BoundedRun {
  readonly argv: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads from its standard input; nothing when undefined. */
  readonly input?: Buffer;
  /** The file that it enters its control group by, in which it is from the start; that of this process when undefined. */
  readonly group?: string;
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
/** So long its output may stay open in others' hands after it ended, ms. */
const LINGERING = 500;

/** Answers never reject. */
export function boundedRuns(start: StartProgram): RunProgram {
  return async ({ argv, environment, input, group, signal }) => {
    if (signal.aborted) return { kind: 'killed', by: 'SIGKILL', output: '' };
    const program = await start({ argv, environment, group, hasInput: input !== undefined });
    if (typeof program === 'string') return { kind: 'unstartable', reason: program };
    const output = collect(program);
    feed(program, input);
    const kill = () => killSession(program);
    if (signal.aborted) kill();
    else signal.addEventListener('abort', kill, { once: true });
    const end = await program.ended;
    await closed(program);
    signal.removeEventListener('abort', kill);
    if (typeof end === 'string') return { kind: 'killed', by: end, output: output() };
    return { kind: 'ended', status: end, output: output() };
  };
}

/** It may end without having read all of it. */
function feed({ input: stream }: RunningProgram, input: Buffer | undefined): void {
  stream?.on('error', () => undefined).end(input);
}

/** Resolves when what it wrote is there; others may have its output. */
async function closed({ output }: RunningProgram): Promise<void> {
  if (output.closed) return;
  const timer = setTimeout(() => output.destroy(), LINGERING);
  await new Promise((resolve) => output.once('close', resolve));
  clearTimeout(timer);
}

function killSession({ pid }: RunningProgram): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it is gone already.
  }
}

function collect({ output }: RunningProgram): () => string {
  let kept = Buffer.alloc(0);
  output
    .on('error', () => undefined)
    .on('data', (chunk: Buffer) => {
      if (kept.length < MOST_OUTPUT) kept = Buffer.concat([kept, chunk.subarray(0, MOST_OUTPUT - kept.length)]);
    });
  return () => kept.toString('utf8');
}
