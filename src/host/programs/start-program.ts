/**
 * Starts programs whose end is waited for. Invariant: who started one hears of its end once, after SIGCHLD, and at the
 * latest a second later.
 */
import { Socket } from 'node:net';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import type { ProgramEnding, ProgramStart, Programs } from '../../ports/programs.js';

export interface RunningProgram {
  readonly pid: number;
  /** Undefined when it has nothing to read. */
  readonly input: Writable | undefined;
  /** What it writes to both of its outputs. */
  readonly output: Readable;
  /** Resolves with its exit status, or the name of the signal that killed it. */
  readonly ended: Promise<number | string>;
}

/** Resolves with the name of an errno when it cannot be started. */
export type StartProgram = (run: ProgramWords) => Promise<RunningProgram | string>;

export interface ProgramWords extends Pick<ProgramStart, 'argv' | 'group' | 'hasInput'> {
  /** All that it has. */
  readonly environment: Readonly<Record<string, string>>;
}

/** SIGCHLD is sent once for several ends. This keeps the process until then, too; ms. */
const LOOK_EVERY = 1_000;

export function programStarter(programs: Programs): StartProgram {
  const running = new Map<number, (ending: ProgramEnding) => void>();
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    for (const [pid, tell] of running) {
      const ending = programs.programEnding(pid);
      if (ending === undefined) continue;
      running.delete(pid);
      tell(ending);
    }
    if (running.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  // For good: to begin and end listening for each program takes longer than to be called for others.
  process.on('SIGCHLD', look);
  const endOf = (pid: number): Promise<number | string> =>
    new Promise((resolve) => {
      running.set(pid, (ending) => resolve(ending.kind === 'ended' ? ending.status : signalName(ending.signal)));
    });
  return async ({ environment, hasInput, ...words }) => {
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const started = await programs.startProgram({ ...words, environment: variables, hasInput });
    if (typeof started === 'string') return started;
    const { pid, input, output } = started;
    timer ??= setInterval(look, LOOK_EVERY);
    const ended = endOf(pid);
    // Nobody was listening when it ended already.
    look();
    return {
      ...{ pid, ended },
      output: new Socket({ fd: output, readable: true, writable: false }),
      input: input === undefined ? undefined : new Socket({ fd: input, readable: false, writable: true }),
    };
  };
}

function signalName(number: number): string {
  const [name] = Object.entries(constants.signals).find(([, value]) => value === number) ?? [];
  return name ?? `signal ${number}`;
}
