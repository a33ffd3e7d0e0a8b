/**
 * Wake-ups when entries may have arrived. An idle journal wakes nobody: see native/waiter.c. journald tells of an entry
 * 250 to 500 ms late (POST_CHANGE_TIMER_INTERVAL_USEC and sd-event's accuracy), so after an entry that mattered the
 * next ones are looked for without being told, ever less often, until being told is soon enough.
 */
import { Socket } from 'node:net';
import { changes, type Handle, type JournalLibrary } from './native.js';

/** How soon after an entry the next one is looked for, ms. */
const SHORTEST_WAIT = 20;

/** The wait after a silence is this part of it: who was quiet for 2 s is noticed 40 ms late at the most. */
const PART_OF_SILENCE = 1 / 50;

/** Waiting longer than this is left to journald, ms. */
const LONGEST_WAIT = 250;

export interface Wakes {
  /** Returns the unsubscriber. */
  subscribe(wake: () => void): () => void;
  /** To be called when a read brought entries. */
  arrived(): void;
  /** Stops listening; the thread ends when the journal is closed. */
  close(): void;
}

/**
 * The thread starts with the first subscriber. `changed` is told what `process` returns.
 * A change is followed by another byte only after `process` was called, so a burst of changes is one wake-up.
 */
export function wakesOf(library: JournalLibrary, journal: Handle, changed: (what: number) => void): Wakes {
  const listeners = new Set<() => void>();
  let pipe: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** When the latest entries were read, ms of performance.now(). */
  let latest = 0;

  /**
   * Other programs' entries wake nobody; a move does, and so does a failure: the read that follows meets and throws it.
   */
  function somethingArrived(): boolean {
    try {
      const what = library.process(journal);
      changed(what);
      return (what & changes.place) !== 0 || library.peek(journal);
    } catch {
      return true;
    }
  }

  function look(): void {
    if (!somethingArrived()) return;
    for (const wake of [...listeners]) wake();
  }

  function start(): Socket {
    const socket = new Socket({ fd: library.watch(journal), readable: true, writable: false });
    socket.on('data', look);
    return socket;
  }

  function lookLater(): void {
    clearTimeout(timer);
    timer = undefined;
    const wait = Math.max(SHORTEST_WAIT, (performance.now() - latest) * PART_OF_SILENCE);
    if (listeners.size === 0 || wait >= LONGEST_WAIT) return;
    timer = setTimeout(() => {
      look();
      lookLater();
    }, wait);
  }

  return {
    subscribe(wake) {
      pipe ??= start();
      const listener = () => wake();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    arrived() {
      latest = performance.now();
      lookLater();
    },
    close() {
      clearTimeout(timer);
      listeners.clear();
      pipe?.destroy();
    },
  };
}
