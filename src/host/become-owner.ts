/**
 * Gives root's rights up, for good, for those of a folder's owner. Whoever owns a folder can put links into it at any
 * moment; after this they lead nowhere that he could not go by himself, and what is made there is his.
 */
import { statSync } from 'node:fs';

/** Does nothing for other users than root, in a folder of root's, and when there is no such folder. */
export function becomeOwnerOf(folder: string): void {
  if (process.getuid?.() !== 0) return;
  const owner = statSync(folder, { throwIfNoEntry: false });
  if (owner === undefined || owner.uid === 0) return;
  becomeUser(owner.uid, owner.gid);
}

/** The user, with this group alone. The order matters: without root's rights the groups can no longer be changed. */
function becomeUser(uid: number, gid: number): void {
  process.setgroups?.([gid]);
  process.setgid?.(gid);
  process.setuid?.(uid);
}
