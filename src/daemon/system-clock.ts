import { MICROS_PER_MILLISECOND } from '../core/time.js';
import type { Clock } from '../ports.js';

/** setTimeout takes at most 2³¹−1 ms; an hour at most also bounds the harm of a clock that is set meanwhile. ms */
const LONGEST_SLEEP = 3_600_000;

/** The machine's clock. A timer reads the wall clock again when it wakes, so it never fires before its instant. */
export const systemClock: Clock = {
  now: () => Date.now() * MICROS_PER_MILLISECOND,
  at(at, wake) {
    let timer: NodeJS.Timeout | undefined;
    const sleep = () => {
      const left = Math.ceil(at / MICROS_PER_MILLISECOND - Date.now());
      timer = setTimeout(left <= LONGEST_SLEEP ? wakeWhenDue : sleep, Math.min(Math.max(left, 0), LONGEST_SLEEP));
    };
    const wakeWhenDue = () => {
      if (Date.now() >= at / MICROS_PER_MILLISECOND) wake();
      else sleep();
    };
    sleep();
    return () => clearTimeout(timer);
  },
};
