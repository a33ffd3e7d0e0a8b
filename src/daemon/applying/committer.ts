/**
 * Makes decisions durable. What the store did not take is kept in memory, in order, and offered again
 * until it is taken: a full disk stops nobody from being banned. What later decisions make void is not kept for ever,
 * so memory stays bounded by how many attackers there are, and not by how long they go on.
 */
import { append } from '../../core/append.js';
import type { Effect } from '../../core/effect.js';
import { lastingEffects } from '../../core/lasting-effects.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { asF2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Position } from '../../ports/journal.js';
import type { Store } from '../../ports/store.js';
import { createProblemSlot } from '../problems/problem-slot.js';
import type { Problems } from '../problems/problems.js';

/** How long after a failed commit the next one is tried, µs. */
const RETRY_AFTER = 5 * MICROS_PER_SECOND;

/** Fewer waiting effects are not looked through for void ones. */
const CROWDED = 100_000;

interface Decisions {
  readonly position: Position | undefined;
  readonly effects: readonly Effect[];
}

/** What waits to be stored. */
interface Batch extends Decisions {
  readonly effects: Effect[];
}

export interface Committer {
  /**
   * Resolves when the effects are durable, or when the store refused them and they wait for the next try. Never
   * rejects.
   */
  commit(position: Position | undefined, effects: readonly Effect[]): Promise<void>;
  /** Tries once more to write what is waiting, and stops the timer. */
  stop(): Promise<void>;
}

export function createCommitter(store: Store, clock: Clock, problems: Problems): Committer {
  let waiting: Batch | undefined;
  let crowded = CROWDED;
  const problem = createProblemSlot(problems);
  let cancelRetry = () => {};
  let turn: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const batch = waiting;
    if (batch === undefined) return;
    waiting = undefined;
    try {
      await store.commit(batch.position, batch.effects);
      problem.over();
    } catch (cause) {
      waiting = waiting === undefined ? batch : merge(batch, waiting);
      problem.met(asF2bError(cause));
      cancelRetry();
      cancelRetry = clock.at(clock.now() + RETRY_AFTER, () => void enqueue());
    }
  };
  const enqueue = (): Promise<void> => {
    turn = turn.then(write);
    return turn;
  };

  return {
    commit(position, effects) {
      waiting = merge(waiting ?? { position, effects: [] }, { position, effects });
      if (waiting.effects.length >= crowded) {
        waiting = { ...waiting, effects: lastingEffects(waiting.effects) };
        crowded = Math.max(CROWDED, 2 * waiting.effects.length);
      }
      // While the store refuses, its retry timer decides when to ask again.
      return problem.isOpen ? Promise.resolve() : enqueue();
    },
    async stop() {
      cancelRetry();
      await enqueue();
      cancelRetry();
    },
  };
}

/** Adds to the earlier one in place: after an hour without room it is very long. */
function merge(earlier: Batch, later: Decisions): Batch {
  append(earlier.effects, later.effects);
  return { position: later.position ?? earlier.position, effects: earlier.effects };
}
