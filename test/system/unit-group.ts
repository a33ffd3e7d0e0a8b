/**
 * Control groups of units without the units: journald gives what runs in them the unit's name. They lie in a slice of
 * their own for each process, so that those of others are left alone.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Where systemd keeps its groups: of version 1, of both, and of version 2. */
const hierarchies = ['/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified', '/sys/fs/cgroup'].filter((path) =>
  existsSync(`${path}/cgroup.procs`),
);

const slice = `f2b${randomBytes(6).toString('hex')}.slice`;

/** Why units cannot be played here; undefined when they can. */
export const missingGroups = hierarchies.length === 0 ? 'this machine has no control groups of systemd' : undefined;

export interface UnitGroup {
  /** Runs a shell command to its end as if the unit had started it. */
  run(command: string): void;
  /** Starts one that stays. */
  start(command: string): ChildProcess;
  /** To be called when all that runs in it has ended. */
  remove(): void;
}

/** `unit`: its name; of a user's unit that of the user's service manager in front of it, and a slash. */
export function unitGroup(unit: string): UnitGroup {
  const groups = hierarchies.map((hierarchy) => `${hierarchy}/${slice}/${unit}`);
  for (const group of groups) mkdirSync(group, { recursive: true });
  const enter = groups.map((group) => `echo $$ > ${group}/cgroup.procs;`).join(' ');
  return {
    run: (command) => void spawnSync('sh', ['-c', `${enter} ${command}`], { stdio: 'ignore' }),
    start: (command) => spawn('sh', ['-c', `${enter} exec ${command}`], { stdio: ['pipe', 'pipe', 'inherit'] }),
    remove() {
      for (const group of groups) {
        rmdirSync(group);
        for (let above = dirname(group); !hierarchies.includes(above) && isRemoved(above); above = dirname(above));
      }
    },
  };
}

/** False while another unit is in it. */
function isRemoved(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
