/**
 * Changes from root to a folder's owner, or to the agent, for good. Whoever owns a folder can put links into it at any
 * moment. After this they lead nowhere that the owner could not go anyway, and what is made there is the owner's.
 */
import { statSync } from 'node:fs';
import { findUser } from './find-user.js';

/** The user of f2bd.service, and the group it has beside its own. */
const AGENT = 'f2b';
const AGENT_GROUP = 'systemd-journal';

/** Becomes a user for good, with this group (by default the user's own) and one more if it exists. */
export type Become = (uid: number, gid?: number, also?: string) => void;

/** Does nothing for other users than root, in a folder of root's, and when there is no such folder. */
export function becomeOwnerOf(folder: string, become: Become): void {
  if (process.getuid?.() !== 0) return;
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner === undefined || owner.uid === 0) return;
  become(owner.uid, owner.gid);
}

/** For root, where the user f2b exists: goes on as the agent's user. Returns whether it did. */
export function becomeAgent(become: Become): boolean {
  const uid = process.getuid?.() === 0 ? findUser(AGENT) : undefined;
  if (uid === undefined) return false;
  become(uid, undefined, AGENT_GROUP);
  return true;
}
