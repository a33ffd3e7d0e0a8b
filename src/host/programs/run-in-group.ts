/**
 * Runs a program in a control group of its own. Invariant: when its time is over, it and whatever it started is gone, also
 * what left its process group; what it left running when it ended has as long.
 */
import { accessSync, constants } from 'node:fs';
import { systemCode } from '../../errors.js';
import type { CommandGroups } from './command-groups.js';
import type { BoundedAnswer, BoundedRun, RunProgram } from './run-bounded.js';

/**
 * The shell enters the group before it becomes the program, which the words of the command line never are to it but
 * parameters. EX_TEMPFAIL: that the group cannot be entered may be otherwise later.
 */
const ENTERING = 'echo 0 >"$0" || exit 75; exec "$@"';

/** By `runBounded` alone where there are no control groups. Never rejects. */
export function runInGroups(groups: CommandGroups | undefined, runBounded: RunProgram): RunProgram {
  return groups === undefined ? runBounded : (run) => runInGroup(run, groups, runBounded);
}

async function runInGroup(run: BoundedRun, groups: CommandGroups, runBounded: RunProgram): Promise<BoundedAnswer> {
  const { argv, signal } = run;
  const reason = whyUnstartable(argv[0] ?? '');
  if (reason !== undefined) return { kind: 'unstartable', reason };
  const group = groups.create();
  if (group === undefined) return runBounded(run);
  const end = () => group.end();
  const running = runBounded({ ...run, argv: ['/bin/sh', '-c', ENTERING, group.entrance, ...argv] });
  // After runBounded's own listener: what has not entered the group yet is killed by that one.
  signal.addEventListener('abort', end, { once: true });
  const answer = await running;
  if (group.remove()) signal.removeEventListener('abort', end);
  return answer;
}

/** The shell would tell by a status that programs have as well. */
function whyUnstartable(program: string): string | undefined {
  try {
    accessSync(program, constants.X_OK);
    return undefined;
  } catch (cause) {
    return systemCode(cause) ?? String(cause);
  }
}
