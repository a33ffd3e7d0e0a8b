/**
 * Wake-ups when entries may have arrived. An idle journal wakes nobody, and where the next entries are expected they are
 * looked for before journald tells of them: see native/waiter.c.
 */
import { Socket } from 'node:net';
import { changes, type Handle, type JournalLibrary } from './native.js';

export interface Wakes {
  /** Returns the unsubscriber. */
  subscribe(wake: () => void): () => void;
  /** For some seconds entries are looked for before journald tells of them. */
  expect(): void;
  /** Stops listening; the thread ends when the journal is closed. */
  close(): void;
}

/** Who reads the journal. */
interface Reader {
  /** Told what `process` returns. */
  readonly changed: (what: number) => void;
  /** It reads, and will call `process` by itself when it is done. */
  readonly isBusy: () => boolean;
}

/**
 * The thread starts with the first subscriber.
 * A change is followed by another byte only after `process` was called, so a burst of changes is one wake-up.
 */
export function wakesOf(library: JournalLibrary, journal: Handle, { changed, isBusy }: Reader): Wakes {
  const listeners = new Set<() => void>();
  let pipe: Socket | undefined;

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
    if (isBusy()) return;
    if (!somethingArrived()) return;
    for (const wake of [...listeners]) wake();
  }

  function start(): Socket {
    const socket = new Socket({ fd: library.watch(journal), readable: true, writable: false });
    socket.on('data', look);
    return socket;
  }

  return {
    subscribe(wake) {
      pipe ??= start();
      const listener = () => wake();
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    expect() {
      if (listeners.size > 0) library.expect(journal);
    },
    close() {
      listeners.clear();
      pipe?.destroy();
    },
  };
}
