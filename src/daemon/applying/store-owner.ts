/** The agent as its store sees it: what is to be written anew, and where what turns up late is taken in. */
import type { Decider } from '../../core/deciding/decider.js';
import type { StoreOwner } from '../../ports/store.js';
import type { Problems } from '../problems/problems.js';
import type { Allowances } from '../sparing/allowances.js';
import type { Apply } from './apply.js';

interface Parts {
  readonly decider: Decider;
  readonly apply: Apply;
  readonly allowances: Allowances;
  /** Called when bans and allowances were taken in. */
  readonly grown: () => void;
}

/** `parts` is asked for when the agent has been put together, not before. */
export function createStoreOwner(problems: Problems, parts: () => Parts): StoreOwner {
  return {
    report: problems.raise,
    resolved: (code) => problems.resolve(code),
    remembered() {
      const { decider, apply, allowances } = parts();
      // What waits is in what is remembered: its position must not be stored after that of a later entry.
      apply.carryOutNow();
      // Once a decision failed halfway, what is remembered is not to be stored.
      return apply.decide(() => ({
        position: apply.position,
        failures: decider.failures(),
        offenders: decider.offenders(),
        bans: decider.bans(),
        allowances: allowances.all,
      }));
    },
    adopt(part) {
      const { decider, apply } = parts();
      apply.decide(() => decider.adopt(part));
    },
    adopted(stored) {
      const { allowances, grown } = parts();
      allowances.adopt(stored);
      grown();
    },
  };
}
