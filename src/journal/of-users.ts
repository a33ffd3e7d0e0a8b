/**
 * Whether wanted entries may be in the journals of users, where journald keeps what processes of ordinary users log, also
 * those of system services (`User=`). A machine can have hundreds of these files, and each costs time at every step, so
 * they are left closed while nothing wanted can be in them.
 */
import type { Matches } from './matches.js';

/** Nobody but the kernel and journald itself writes entries of these transports, and none is kept by user. */
const OF_THE_SYSTEM: readonly string[] = ['_TRANSPORT=kernel', '_TRANSPORT=driver', '_TRANSPORT=audit'];

const UID = '_UID=';

/**
 * True for the users whose entries every journald keeps in the system's journal: uid_for_system_journal of systemd's
 * uid-classification.c, without the users of containers, which systemd 252 keeps apart.
 */
function isInSystemJournal(uid: string): boolean {
  const number = Number(uid);
  return number <= 999 || (number >= 61_184 && number <= 65_519) || number === 65_534;
}

function mayBeOfUser(terms: readonly string[]): boolean {
  if (terms.some((term) => OF_THE_SYSTEM.includes(term))) return false;
  const uids = terms.filter((term) => term.startsWith(UID)).map((term) => term.slice(UID.length));
  return uids.length === 0 || !uids.every(isInSystemJournal);
}

/** True unless every alternative is for entries of the system's journal alone. */
export function mayBeOfUsers(matches: Matches): boolean {
  return matches.length === 0 || matches.some(mayBeOfUser);
}
