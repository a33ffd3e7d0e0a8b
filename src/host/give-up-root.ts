/**
 * Gives root's rights up, for good: for those of a folder's owner, or of the agent. Whoever owns a folder can put links
 * into it at any moment; after this they lead nowhere that he could not go by himself, and what is made there is his.
 */
import { statSync } from 'node:fs';
import { findUser } from './find-user.js';

/** The user and the groups of f2bd.service. */
const AGENT = 'f2b';
const AGENT_GROUPS = ['systemd-journal'];

/** Does nothing for other users than root, in a folder of root's, and when there is no such folder. */
export function becomeOwnerOf(folder: string): void {
  if (process.getuid?.() !== 0) return;
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner === undefined || owner.uid === 0) return;
  becomeUser(owner.uid, owner.gid);
}

/** For root, where the user f2b exists: goes on as the agent's user. Returns whether it did. */
export function becomeAgent(): boolean {
  const uid = process.getuid?.() === 0 ? findUser(AGENT) : undefined;
  if (uid === undefined) return false;
  process.setgroups?.([AGENT]);
  for (const group of AGENT_GROUPS) joinGroup(group);
  process.setgid?.(AGENT);
  process.setuid?.(uid);
  return true;
}

function joinGroup(group: string): void {
  try {
    process.setgroups?.([...(process.getgroups?.() ?? []), group]);
  } catch {
    // A machine without it has nothing that only its members may read.
  }
}

/** The user, with this group alone. The order matters: without root's rights the groups can no longer be changed. */
function becomeUser(uid: number, gid: number): void {
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}
