/**
 * Tells of decisions after the decisions themselves, some at a time: in a storm thousands of log entries and signals
 * would otherwise hold up the bans they tell of.
 * Invariant: everything is told once, in the order it was handed over, and what cannot be told keeps back nothing else.
 */
import type { AgentEvent } from '../../agent/agent-event.js';
import { createDeferred } from '../../async/deferred.js';
import { inLaterTurn } from '../../async/next-turn.js';
import { append } from '../../core/append.js';
import type { BulkNotifier } from '../../ports/notifier.js';

/** How many are told before other work gets its turn: some milliseconds. */
const SLICE = 50;

/**
 * While entries are read, telling waits: the time between two looks whether that is over (ms), and the most looks.
 */
const PAUSE = 10;
const PAUSES = 100;

/** Above this many waiting ones, new decisions wait too: memory is limited. */
const CROWDED = 20_000;

export interface NotificationQueue extends BulkNotifier {
  /** Calls `tell` when its turn comes. */
  later(tell: () => void): void;
  /** Resolves at once, or, when very much is waiting, once it is less. */
  room(): Promise<void>;
  /** Tells all that is waiting now. */
  flush(): void;
}

interface Parts {
  readonly notifier: Pick<BulkNotifier, 'notifyAll'>;
  /** True while entries are read that may lead to bans. */
  readonly isBusy: () => boolean;
  /** Hears what was thrown in place of telling. */
  readonly failed: (cause: unknown) => void;
  /** Calls `work` after other work that is due, and not before `pause` ms have passed. */
  readonly turn?: (work: () => void, pause: number) => void;
}

export function createNotificationQueue({ notifier, isBusy, failed, turn = inLaterTurn }: Parts): NotificationQueue {
  let waiting: (AgentEvent | (() => void))[] = [];
  let next = 0;
  let pauses = 0;
  let isDue = false;
  let room = createDeferred();

  const isCrowded = () => waiting.length - next >= CROWDED;
  /** Events that follow one another are told in one go. */
  const tellNext = (end: number) => {
    const events: AgentEvent[] = [];
    for (let item = waiting[next]; next < end; item = waiting[next]) {
      if (item === undefined || typeof item === 'function') break;
      events.push(item);
      next += 1;
    }
    if (events.length > 0) return notifier.notifyAll(events);
    const item = waiting[next++];
    if (typeof item === 'function') item();
  };
  const tell = (count: number) => {
    const end = Math.min(next + count, waiting.length);
    while (next < end) {
      try {
        tellNext(end);
      } catch (cause) {
        failed(cause);
      }
    }
    if (next === waiting.length || next >= CROWDED) {
      waiting = waiting.slice(next);
      next = 0;
    }
    if (waiting.length === 0) pauses = 0;
    if (isCrowded()) return;
    room.resolve();
    room = createDeferred();
  };
  const schedule = (pause: number) => {
    if (isDue || waiting.length === 0) return;
    isDue = true;
    turn(slice, pause);
  };
  const slice = () => {
    isDue = false;
    if (isBusy() && pauses < PAUSES && !isCrowded()) {
      pauses += 1;
      return schedule(PAUSE);
    }
    tell(SLICE);
    schedule(0);
  };
  const add = (items: readonly (typeof waiting)[number][]) => {
    append(waiting, items);
    schedule(0);
  };

  return {
    later: (work) => add([work]),
    notify: (event) => add([event]),
    notifyAll: add,
    room() {
      return isCrowded() ? room.promise : Promise.resolve();
    },
    flush: () => tell(waiting.length),
  };
}
