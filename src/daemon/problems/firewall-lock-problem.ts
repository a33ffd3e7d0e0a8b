/** Whether this agent alone changes the firewall, as a problem while that is not so. */
import { asF2bError, type F2bError } from '../../errors.js';
import type { FirewallLock } from '../../ports/firewall-lock.js';
import { createProblemSlot } from './problem-slot.js';
import type { Problems } from './problems.js';

/** Takes the lock; throws FIREWALL_LOCKED. What it returns looks again, and is to be called now and then. */
export function takeLock(lock: FirewallLock, problems: Problems): () => void {
  const problem = createProblemSlot(problems);
  const tell = (trouble: F2bError | undefined) => {
    if (trouble === undefined) problem.over();
    else problem.met(trouble);
  };
  tell(lock.take());
  return () => {
    try {
      tell(lock.take());
    } catch (cause) {
      tell(asF2bError(cause));
    }
  };
}
