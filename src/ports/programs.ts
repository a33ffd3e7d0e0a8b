/** Programs that are started without copying this process. */

/** A program that runs: its process id, which is its session's too, and the ends of its streams, to be closed here. */
export interface StartedProgram {
  readonly pid: number;
  /** Undefined when it has nothing to read. */
  readonly input: number | undefined;
  /** What it writes to both of its outputs. */
  readonly output: number;
}

/** By its exit status, or by the number of a signal. */
export type ProgramEnding =
  | { readonly kind: 'ended'; readonly status: number }
  | { readonly kind: 'killed'; readonly signal: number };

export interface ProgramStart {
  readonly argv: readonly string[];
  /** Lines NAME=value, all that it has. */
  readonly environment: readonly string[];
  /** The file that a process enters the control group by that it is in from the start; by default that of this process. */
  readonly group: string | undefined;
  readonly hasInput: boolean;
}

export interface Programs {
  /**
   * Runs the file that `argv` begins with, in a session of its own, at /, with no signal blocked or ignored. Resolves with
   * the name of an errno when it cannot be started, also when the group cannot be entered.
   */
  startProgram(start: ProgramStart): Promise<StartedProgram | string>;
  /** How it ended, once; undefined while it runs. */
  programEnding(pid: number): ProgramEnding | undefined;
}
