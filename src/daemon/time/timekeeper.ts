/**
 * When things end. While there are entries to read, the time is that of the entries. Once the journal is read to its end,
 * a timer of the wall clock ends bans. A clock that is set makes no ban shorter or longer.
 */

import type { OrderedQueue } from '../../async/ordered-queue.js';
import { createSerialQueue } from '../../async/serial-queue.js';
import { createTimer } from '../../async/time/timer.js';
import { type Decider, PORTION } from '../../core/deciding/decider.js';
import { FOREVER } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import type { Apply } from '../applying/apply.js';
import type { Allowances } from '../sparing/allowances.js';
import { createClockSteps } from './clock-steps.js';

export interface Timekeeper {
  /** No entry is later than this, µs since the epoch; one that says so was written before the clock was set back. */
  latest(): number;
  /** Takes in that the clock was set. To be called before entries are decided on. */
  followClock(): Promise<void>;
  /** Ends what has ended by now, a portion of it at a time, and arms the timer for what ends next. */
  expire(): Promise<void>;
  /** Sets no timer any more. */
  stop(): void;
}

interface Parts {
  readonly clock: Clock;
  readonly decider: Decider;
  readonly apply: Pick<Apply, 'decide' | 'effects' | 'ended' | 'position'>;
  /** The timer's turn comes after the entries that were read before it fired. */
  readonly decisions: OrderedQueue;
  readonly allowances: Pick<Allowances, 'move'>;
}

export function createTimekeeper({ clock, decider, apply, decisions, allowances }: Parts): Timekeeper {
  const steps = createClockSteps(clock, apply.position, () => decider.bansToHold());
  // Who asks while everything moves with the clock waits until it has.
  const inTurn = createSerialQueue();
  const followClock = () =>
    inTurn(async () => {
      const step = steps.take();
      if (step === 0) return;
      await allowances.move(step);
      await apply.effects(apply.decide(() => decider.clockWasSet(step)));
    });
  const expire = async () => {
    await followClock();
    const ended = apply.decide(() => decider.expire(clock.now(), PORTION));
    await apply.ended(ended);
    arm(ended.length < PORTION ? decider.nextExpiry() : clock.now());
  };
  // Who hands it over does not wait for it, and its failure is the queue's.
  const timer = createTimer(clock, () => void decisions.add(undefined, expire).catch(() => {}));
  let isStopped = false;
  /** With no ban that ends, nothing is armed. */
  const arm = (at: number | undefined) => {
    if (isStopped || at === timer.setFor) return;
    if (at === undefined || !Number.isFinite(at)) timer.cancel();
    else timer.set(at);
  };
  const stop = () => {
    isStopped = true;
    timer.cancel();
  };
  return { latest: () => clock.now(), followClock, expire, stop };
}

/** For a run that decides by the entries' times alone, however late it runs. */
export const noTimekeeper: Timekeeper = {
  latest: () => FOREVER,
  followClock: async () => {},
  expire: async () => {},
  stop: () => {},
};
