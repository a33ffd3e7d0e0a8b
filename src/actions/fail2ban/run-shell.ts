/** Runs a command of fail2ban's actions, as fail2ban does: by sh(1), with its values as parameters. */
import { runBounded } from '../../host/programs/run-bounded.js';
import { basicEnvironment, outcomeOf } from '../command.js';
import type { Outcome } from '../outcome.js';
import type { ShellCommand } from './shell-command.js';

/** `key`: by which setting it is run. */
export async function runShell(key: string, command: ShellCommand, signal: AbortSignal): Promise<Outcome> {
  const argv = ['/bin/sh', '-c', ...command];
  return outcomeOf(key, await runBounded({ argv, environment: basicEnvironment, signal }));
}
