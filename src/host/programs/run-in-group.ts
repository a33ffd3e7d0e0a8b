/**
 * Runs a program in a control group of its own. Invariant: when its time is over, it and whatever it started is gone, also
 * what left its process group; what it left running when it ended has as long.
 */
import type { CommandGroups } from './command-groups.js';
import type { BoundedAnswer, BoundedRun, RunProgram } from './run-bounded.js';

/** By `runBounded` alone where there are no control groups. Never rejects. */
export function runInGroups(groups: CommandGroups | undefined, runBounded: RunProgram): RunProgram {
  return groups === undefined ? runBounded : (run) => runInGroup(run, groups, runBounded);
}

async function runInGroup(run: BoundedRun, groups: CommandGroups, runBounded: RunProgram): Promise<BoundedAnswer> {
  const { signal } = run;
  const group = groups.create();
  if (group === undefined) return runBounded(run);
  const end = () => group.end();
  const running = runBounded({ ...run, group: group.entrance });
  signal.addEventListener('abort', end, { once: true });
  const answer = await running;
  // It may have entered after all in it was killed.
  if (signal.aborted) {
    end();
    // Without the group it was to enter it could not begin: it ended as its time was over.
    if (answer.kind === 'unstartable') return { kind: 'killed', by: 'SIGKILL', output: '' };
  } else if (group.remove()) signal.removeEventListener('abort', end);
  return answer;
}
