/**
 * A control group for each program that is run, below the one that systemd delegated to this service, see cgroups(7).
 * Invariant: whatever a program starts, and in whatever way, is in its group, and is gone when the group is ended.
 */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface CommandGroup {
  /** The file that a process enters it by. */
  readonly entrance: string;
  /** Removes it; false when something runs in it. */
  remove(): boolean;
  /** Kills all that runs in it, and removes it. */
  end(): void;
}

export interface CommandGroups {
  /** Undefined when the kernel lets none be made. */
  create(): CommandGroup | undefined;
}

/** Those of a service, or of a group in it for its own process: DelegateSubgroup=. */
const MEMBERSHIP = /^0::(\/.+\.service)(?:\/main)?$/m;
/** What is counted for each group; processor time always is. */
const CONTROLLERS = ['memory', 'pids'];
/** Killing takes a moment: so often removing is tried, and so long is waited in between, ms. */
const TRIES = 50;
const BETWEEN = 100;

/**
 * Undefined where this process is no service to which a group was delegated, or the kernel is older than 5.14 and cannot
 * kill groups. `membership`: what /proc/self/cgroup says; `hierarchy`: where cgroup2 is mounted.
 */
export function openCommandGroups(membership: string, hierarchy: string): CommandGroups | undefined {
  const [, path] = MEMBERSHIP.exec(membership) ?? [];
  if (path === undefined) return undefined;
  const parent = join(hierarchy, path);
  let count = 0;
  const create = () => {
    count += 1;
    const folder = join(parent, `command-${process.pid}-${count}`);
    return isDone(() => mkdirSync(folder)) ? groupIn(folder) : undefined;
  };
  const first = create();
  const canKill = first !== undefined && existsSync(join(dirname(first.entrance), 'cgroup.kill'));
  first?.remove();
  if (!canKill) return undefined;
  // Not all are everywhere; and none where systemd before 254 left this process in the parent.
  for (const controller of CONTROLLERS) {
    isDone(() => writeFileSync(join(parent, 'cgroup.subtree_control'), `+${controller}`));
  }
  return { create };
}

/** Of this process. */
export function ownCommandGroups(): CommandGroups | undefined {
  return openCommandGroups(readFileSync('/proc/self/cgroup', 'utf8'), '/sys/fs/cgroup');
}

function groupIn(folder: string): CommandGroup {
  const remove = () => isDone(() => rmdirSync(folder));
  const removeSoon = (tries: number) => {
    if (!remove() && tries > 0) setTimeout(removeSoon, BETWEEN, tries - 1).unref();
  };
  return {
    entrance: join(folder, 'cgroup.procs'),
    remove,
    end() {
      isDone(() => writeFileSync(join(folder, 'cgroup.kill'), '1'));
      removeSoon(TRIES);
    },
  };
}

/** False when the kernel says no. */
function isDone(change: () => void): boolean {
  try {
    change();
    return true;
  } catch {
    return false;
  }
}
