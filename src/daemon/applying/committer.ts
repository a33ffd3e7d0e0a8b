/**
 * Makes decisions durable. What the store did not take is kept in memory, in order, and offered again
 * until it is taken: a full disk stops nobody from being banned. What later decisions make void is not kept for ever,
 * so memory stays bounded by how many attackers there are, and not by how long they go on.
 */

import { createBatchQueue } from '../../async/batch-queue.js';
import { createTimer } from '../../async/time/timer.js';
import { append } from '../../core/append.js';
import { lastingEffects } from '../../core/deciding/lasting-effects.js';
import type { Effect } from '../../core/effect.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { asF2bError, withAdvice } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Position } from '../../ports/journal.js';
import type { Store } from '../../ports/store.js';
import { createProblemSlot } from '../problems/problem-slot.js';
import type { Problems } from '../problems/problems.js';

/** How long after a failed commit the next one is tried, µs. */
const RETRY_AFTER = 5 * MICROS_PER_SECOND;

/** Fewer kept effects are not looked through for void ones. */
const CROWDED = 100_000;

interface Decisions {
  readonly position: Position | undefined;
  readonly effects: readonly Effect[];
}

export interface Committer {
  /**
   * Resolves when the effects are durable, or when the store refused them and they wait for the next try; not before
   * that is so of everything handed over earlier. Never rejects.
   */
  commit(position: Position | undefined, effects: readonly Effect[]): Promise<void>;
  /** Sees to it that what was stored is still there; resolves when that is done, or refused as for `commit`. */
  check(): Promise<void>;
  /** Tries once more to write what the store refused, and stops the timer. */
  stop(): Promise<void>;
}

export function createCommitter(store: Store, clock: Clock, problems: Problems): Committer {
  const undurable = createUndurable();
  const problem = createProblemSlot(problems);
  const retry = createTimer(clock, () => void tryAgain());

  const write = async (isAsked: boolean): Promise<void> => {
    const { position, effects } = undurable;
    if (position === undefined && effects.length === 0 && !isAsked) return;
    try {
      await store.commit(position, effects);
    } catch (cause) {
      problem.met(
        withAdvice(asF2bError(cause), 'f2bd goes on, and keeps what it decides in memory until it can be stored'),
      );
      retry.set(clock.now() + RETRY_AFTER);
      return;
    }
    undurable.clear();
    problem.over();
  };
  const queue = createBatchQueue<Decisions | 'check' | 'retry'>(async (items) => {
    const decisions = items.filter((item) => item !== 'retry' && item !== 'check');
    decisions.forEach(undurable.add);
    // While the store refuses, the timer decides when to ask again.
    if (!problem.isOpen || items.includes('retry')) await write(decisions.length < items.length);
  });
  const tryAgain = () => queue.add('retry');

  return {
    commit: (position, effects) => queue.add({ position, effects }),
    check: () => queue.add('check'),
    async stop() {
      retry.cancel();
      await tryAgain();
      retry.cancel();
    },
  };
}

/** What is not durable yet, in the order it was decided. */
function createUndurable() {
  let position: Position | undefined;
  let effects: Effect[] = [];
  let crowded = CROWDED;

  const clear = () => {
    position = undefined;
    effects = [];
    crowded = CROWDED;
  };
  return {
    get position() {
      return position;
    },
    get effects(): readonly Effect[] {
      return effects;
    },
    /** Adds in place: after an hour without room it is very long. */
    add(later: Decisions) {
      position = later.position ?? position;
      append(effects, later.effects);
      if (effects.length < crowded) return;
      effects = lastingEffects(effects);
      crowded = Math.max(CROWDED, 2 * effects.length);
    },
    clear,
  };
}
