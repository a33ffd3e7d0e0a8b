/** Runs a command of fail2ban's actions, as fail2ban does: by sh(1), with its values as parameters. */
import type { RunProgram } from '../../host/programs/run-bounded.js';
import { basicEnvironment, outcomeOf } from '../command.js';
import type { Outcome } from '../outcome.js';
import type { ShellCommand } from './shell-command.js';

/** The function that it returns is told as `key` by which setting a command is run. */
export function shellRunner(runProgram: RunProgram) {
  return async (key: string, command: ShellCommand, signal: AbortSignal): Promise<Outcome> => {
    const argv = ['/bin/sh', '-c', ...command];
    return outcomeOf(key, await runProgram({ argv, environment: basicEnvironment, signal }));
  };
}
