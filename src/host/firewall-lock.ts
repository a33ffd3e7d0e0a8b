/**
 * The lock on the firewall: a name in this network namespace, which is what a firewall belongs to. Anybody may take a
 * name, so that of a user who could not change the firewall anyway locks nothing.
 */
import { closeSync } from 'node:fs';
import { F2bError } from '../errors.js';
import type { FirewallLock, NameOwner } from '../ports/firewall-lock.js';

/** As `ss -xlp` shows it, after an @. */
const NAME = 'org.f2b.enforcer';

interface FirewallLockOptions {
  /** Takes the name if nobody has it. Undefined when it is not known who has it. */
  readonly take: (name: string) => NameOwner | undefined;
  /** Lets go who asked whose the name is. */
  readonly answer: (fd: number) => void;
  /** Whether an agent may run as this user. */
  readonly isAgents: (uid: number) => boolean;
}

export function createFirewallLock({ take, answer, isAgents }: FirewallLockOptions): FirewallLock {
  let own: number | undefined;
  return {
    take() {
      if (own !== undefined) {
        answer(own);
        return undefined;
      }
      const owner = take(NAME);
      if (owner?.kind === 'own') {
        own = owner.fd;
        return undefined;
      }
      if (owner === undefined) return new F2bError('FIREWALL_NOT_LOCKED', `somebody keeps the name @${NAME}`);
      const { uid, pid } = owner;
      if (isAgents(uid)) throw new F2bError('FIREWALL_LOCKED', `process ${pid}`);
      return new F2bError('FIREWALL_NOT_LOCKED', `process ${pid} of the user ${uid} keeps the name @${NAME}`);
    },
    release() {
      if (own !== undefined) closeSync(own);
      own = undefined;
    },
  };
}
