/**
 * Wake-ups from the journal: one byte on a pipe for one change, see native/waiter.c.
 * The next byte comes only after `process` was called, which every read does; so a burst of changes is one wake-up.
 */
import { Socket } from 'node:net';
import type { Handle, JournalLibrary } from './native.js';

export interface Wakes {
  /** Returns the unsubscriber. */
  subscribe(wake: () => void): () => void;
  /** Stops listening; the thread ends when the journal is closed. */
  close(): void;
}

/** The thread starts with the first subscriber. */
export function wakesOf(library: JournalLibrary, journal: Handle): Wakes {
  const listeners = new Set<() => void>();
  let pipe: Socket | undefined;

  function start(): Socket {
    const socket = new Socket({ fd: library.watch(journal), readable: true, writable: false });
    socket.on('data', () => {
      for (const wake of [...listeners]) wake();
    });
    return socket;
  }

  return {
    subscribe(wake) {
      pipe ??= start();
      const listener = () => wake();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      listeners.clear();
      pipe?.destroy();
    },
  };
}
