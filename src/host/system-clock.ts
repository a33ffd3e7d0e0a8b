/** The Clock port on this machine. Invariant: a timer fires after the time that really passed, however the clock is set. */
import { uptime } from 'node:os';
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports/clock.js';
import { createElapsedTime } from './elapsed-time.js';

/** The longest wait in one piece, ms: setTimeout takes at most 2³¹−1 ms, and stands still while the machine sleeps. */
const LONGEST_SLEEP = 3_600_000;

const wall = () => Date.now() * MICROS_PER_MILLISECOND;

/**
 * The machine's clock. Timers go by the time that really passes, so setting the clock neither fires nor delays them.
 */
export const systemClock: Clock = {
  now: wall,
  elapsed: createElapsedTime({
    boot: () => uptime() * MICROS_PER_SECOND,
    steady: () => performance.now() * MICROS_PER_MILLISECOND,
    wall,
  }),
  at(at, wake) {
    const due = systemClock.elapsed() + at - systemClock.now();
    let timer: NodeJS.Timeout | undefined;
    const sleep = () => {
      const left = Math.max(0, Math.ceil((due - systemClock.elapsed()) / MICROS_PER_MILLISECOND));
      timer = left <= LONGEST_SLEEP ? setTimeout(wake, left) : setTimeout(sleep, LONGEST_SLEEP);
    };
    sleep();
    return () => clearTimeout(timer);
  },
};
