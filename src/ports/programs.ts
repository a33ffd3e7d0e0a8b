/** Programs that are started without copying this process. */

/** A program that runs: its process id, which is its session's too, and the ends of its streams, to be closed here. */
export interface StartedProgram {
  readonly pid: number;
  /** Undefined when it has nothing to read. */
  readonly input: number | undefined;
  readonly output: number;
  readonly errors: number;
}

/** By its exit status, or by the number of a signal. */
export type ProgramEnding =
  | { readonly kind: 'ended'; readonly status: number }
  | { readonly kind: 'killed'; readonly signal: number };

export interface Programs {
  /**
   * Runs the file that `argv` begins with, in a session of its own, at /, with no signal blocked or ignored. `environment`:
   * lines NAME=value. Answers with the name of an errno when it cannot be started.
   */
  startProgram(argv: readonly string[], environment: readonly string[], hasInput: boolean): StartedProgram | string;
  /** How it ended, once; undefined while it runs. */
  programEnding(pid: number): ProgramEnding | undefined;
}
