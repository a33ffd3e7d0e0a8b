/**
 * Lets decisions share commits. What changes nothing for anybody yet waits some seconds: after a crash its entries are read
 * and decided on again. While one commit is under way, deciding goes on, and what it leads to is the next one.
 * Invariant: decisions are carried out in the order in which they were added, all of them, and never one without those
 * before it; once one failed, no more are.
 */

import { createTimer } from '../../async/time/timer.js';
import type { Effect } from '../../core/effect.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import { createWaitingDecisions, type Decisions, MANY_EFFECTS } from './waiting-decisions.js';
import type { Wholeness } from './wholeness.js';

/** How long after the first of them decisions that can wait are committed, µs. */
const LONGEST_WAIT = 5 * MICROS_PER_SECOND;

/** Effects under way while more is decided: one commit of many, and the next one that gathers behind it. */
const MOST_UNDER_WAY = 2 * MANY_EFFECTS;

export interface GroupCommit<Done> {
  /** Adds decisions on `entries` more entries. Resolves when more may be decided. */
  add(decisions: Decisions, entries: number): Promise<void>;
  /** Adds decisions and carries out all that waits; resolves when that is done. */
  addNow(decisions: Decisions): Promise<Done>;
  /** Begins to carry out all that waits. */
  now(): void;
  /** Carries out all that waits; resolves when all that was added is carried out. */
  settled(): Promise<void>;
  /** True while effects wait. */
  readonly hasEffects: boolean;
}

/** `carryOut` ends in the order in which it was begun. */
export function createGroupCommit<Done>(
  clock: Clock,
  whole: Wholeness,
  carryOut: (decisions: Decisions) => Promise<Done>,
): GroupCommit<Done> {
  const waiting = createWaitingDecisions();
  const underway = createUnderway();
  const commit = (): Promise<Done> => {
    timer.cancel();
    const decisions = waiting.takeAll();
    const done = carryOut(decisions);
    underway.add(decisions.effects.length, done);
    done.catch(whole.end);
    return done;
  };
  const timer = createTimer(clock, () => {
    if (whole.isSo) void commit();
  });
  const now = () => {
    if (!waiting.isEmpty) void commit();
  };

  return {
    async add(decisions, entries) {
      whole.require();
      waiting.add(decisions, entries);
      if (waiting.isMuch || decisions.effects.some(isUrgent)) void commit();
      else if (waiting.hasEffects && timer.setFor === undefined) timer.set(clock.now() + LONGEST_WAIT);
      await underway.room();
      whole.require();
    },
    async addNow(decisions) {
      whole.require();
      waiting.add(decisions, 0);
      return commit();
    },
    now,
    async settled() {
      whole.require();
      now();
      await underway.settled();
      whole.require();
    },
    get hasEffects() {
      return waiting.hasEffects;
    },
  };
}

/** Whether somebody's ban begins, ends or changes. */
function isUrgent({ kind }: Effect): boolean {
  return kind === 'ban' || kind === 'unban' || kind === 'offender';
}

/** What is being carried out, in the order in which it ends. */
function createUnderway() {
  const rounds: Promise<void>[] = [];
  let effects = 0;
  return {
    add(count: number, carriedOut: Promise<unknown>) {
      effects += count;
      const over = () => {
        effects -= count;
        void rounds.shift();
      };
      rounds.push(carriedOut.then(over, over));
    },
    /** Resolves when so little is under way that more may be decided. */
    async room() {
      while (effects > MOST_UNDER_WAY) await rounds[0];
    },
    /** Resolves when all of it is done. */
    async settled() {
      await rounds.at(-1);
    },
  };
}
