/**
 * Work under way, for whoever has to wait until none is left.
 * Invariant: what is tracked is waited for until it ends, however it does; its failure stays with who handed it over.
 */
export interface InFlight {
  /** Returns the work itself. */
  track<T>(work: Promise<T>): Promise<T>;
  /** Resolves when no work is under way, also none that was handed over meanwhile. Never rejects. */
  settled(): Promise<void>;
}

export function createInFlight(): InFlight {
  const underWay = new Set<Promise<void>>();
  return {
    track(work) {
      const ended: Promise<void> = work.then(
        () => void underWay.delete(ended),
        () => void underWay.delete(ended),
      );
      underWay.add(ended);
      return work;
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
