/**
 * Collects what comes while work is under way, and has it done together afterwards: a burst costs few rounds.
 * Invariants: one round at a time, each item in one round, in the order in which the items came; who waits hears in that
 * order too. When a round fails, all that came meanwhile fails with it, so nothing is done after what it may rest on.
 */
export interface BatchQueue<T> {
  /** Resolves when the round that the item was in is done; rejects with its failure. */
  add(item: T): Promise<void>;
  /** Resolves when nothing is under way or waiting. Never rejects. */
  idle(): Promise<void>;
}

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (cause: unknown) => void;
}

export function createBatchQueue<T>(work: (items: readonly T[]) => Promise<void>): BatchQueue<T> {
  let waiting: Waiting<T>[] = [];
  let running: Promise<void> | undefined;

  const takeAll = (): readonly Waiting<T>[] => {
    const taken = waiting;
    waiting = [];
    return taken;
  };
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const round = takeAll();
      try {
        await work(round.map(({ item }) => item));
        for (const { resolve } of round) resolve();
      } catch (cause) {
        for (const { reject } of [...round, ...takeAll()]) reject(cause);
      }
    }
    running = undefined;
  };
  return {
    add: (item) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        running ??= Promise.resolve().then(drain);
      }),
    idle: async () => {
      while (running !== undefined) await running;
    },
  };
}
