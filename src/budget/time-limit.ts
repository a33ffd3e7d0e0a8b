/** Breaks work off after a time, wherever it is: in a loop, a function, or deep inside of a regex. */
import { createContext, Script } from 'node:vm';

/** Does the work; false when it took longer than the milliseconds given and was broken off. */
export type TimeLimit = (work: () => void, milliseconds: number) => boolean;

/** One thread is started for each piece of work (80 µs), so let it be a large piece. */
export function createTimeLimit(): TimeLimit {
  const context: { work: (() => void) | undefined } = { work: undefined };
  createContext(context);
  const script = new Script('work()');
  return (work, milliseconds) => {
    context.work = work;
    try {
      script.runInContext(context, { timeout: Math.max(1, Math.ceil(milliseconds)), displayErrors: false });
      return true;
    } catch (error) {
      if (isTimeout(error)) return false;
      throw error;
    } finally {
      context.work = undefined;
    }
  };
}

/** The error is of the realm of that context, so it is no `Error` of ours. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
