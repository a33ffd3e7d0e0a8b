/**
 * When the programs of an action wait: while more is told than they keep up with, the processors are left to the firewall.
 * Invariant: what comes singly waits for nothing, and nothing waits for the end of a storm for longer than fifteen seconds.
 */
import { createPause } from '../async/time/pause.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports/clock.js';

/** More than so many events waiting are a storm. */
const MANY = 10;
/** A storm is over when nothing came for so long, µs. */
const CALM = MICROS_PER_SECOND;
/** Programs wait for its end no longer, µs. */
const LONGEST = 15 * MICROS_PER_SECOND;

export interface Storm {
  /** So many of what waits tell whether there is one. */
  readonly most: number;
  /** Something was added to what waits. */
  added(): void;
  /** Before when nothing is run while `waiting` events wait, µs since the epoch; past when nothing keeps them. */
  endFor(waiting: number): number;
  /** Nothing waits any more. */
  over(): void;
}

export function createStorm(clock: Clock): Storm {
  const calm = createPause(clock);
  const patience = createPause(clock);
  /** In a storm programs wait, and then all that waits is run, however much comes meanwhile. */
  let phase: 'none' | 'waiting' | 'running' = 'none';
  return {
    get most() {
      return phase === 'none' ? MANY + 1 : 1;
    },
    added: () => calm.begin(CALM),
    endFor(waiting) {
      if (phase === 'none' && waiting > MANY) {
        phase = 'waiting';
        patience.begin(LONGEST);
      }
      if (phase !== 'waiting') return 0;
      const end = Math.min(calm.end(), patience.end());
      if (end <= clock.now()) phase = 'running';
      return end;
    },
    over() {
      phase = 'none';
    },
  };
}
