/**
 * When the programs of an action wait: while more is told than they keep up with, the firewall has the processors, which it
 * bans with. Invariant: what comes singly waits for nothing, and nothing waits for longer than fifteen seconds.
 */
import { MICROS_PER_SECOND } from '../core/time.js';

/** More than so many events waiting are a storm. */
const MANY = 10;
/** A storm is over when nothing came for so long, µs. */
const CALM = MICROS_PER_SECOND;
/** Programs wait for its end no longer, µs. */
const LONGEST = 15 * MICROS_PER_SECOND;

export interface Storm {
  /** So many of what waits tell whether there is one. */
  readonly most: number;
  /** Something was added to what waits, at `now`, µs since the epoch. */
  added(now: number): void;
  /** When the first of `waiting` events is due, µs since the epoch. */
  dueAt(waiting: number, now: number): number;
}

type Phase = { readonly kind: 'calm' | 'catching-up' } | { readonly kind: 'waiting'; readonly since: number };

export function createStorm(): Storm {
  let phase: Phase = { kind: 'calm' };
  let lastAdded = 0;
  return {
    get most() {
      return phase.kind === 'calm' ? MANY + 1 : 1;
    },
    added(now) {
      lastAdded = now;
    },
    dueAt(waiting, now) {
      if (waiting === 0) phase = { kind: 'calm' };
      else if (phase.kind === 'calm' && waiting > MANY) phase = { kind: 'waiting', since: now };
      if (phase.kind !== 'waiting') return now;
      // Clocks are set back: nothing waits for longer than it would have.
      phase = { ...phase, since: Math.min(phase.since, now) };
      lastAdded = Math.min(lastAdded, now);
      const due = Math.min(phase.since + LONGEST, lastAdded + CALM);
      if (due <= now) phase = { kind: 'catching-up' };
      return due;
    },
  };
}
