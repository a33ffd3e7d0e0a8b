/** What one program of its kind can have at a time: leave to change the firewall of this machine. */
import type { F2bError } from '../errors.js';

/** Who has a name: this process, by a descriptor, or another one. */
export type NameOwner =
  | { readonly kind: 'own'; readonly fd: number }
  | { readonly kind: 'other'; readonly uid: number; readonly pid: number };

export interface FirewallLock {
  /**
   * Takes it, or keeps what was taken: to be called now and then. Throws FIREWALL_LOCKED when another agent has it;
   * returns FIREWALL_NOT_LOCKED when it cannot be had for another reason, which is none to leave a host unguarded.
   */
  take(): F2bError | undefined;
  release(): void;
}
