/**
 * Work that is done whenever there is reason to. Invariants: one run is under way at a time; a reason that comes during
 * a run makes another one; after `end` none begins.
 */
export interface WorkLoop {
  /** There is reason to do the work: now, or again as soon as it is done. */
  wake(): void;
  readonly isRunning: boolean;
  /** Resolves when the run under way has ended; no other one begins. */
  end(): Promise<void>;
}

/** What `work` throws goes to `onFailure`; reasons that came before are dropped then, later ones count. */
export function createWorkLoop(work: () => Promise<void>, onFailure: (cause: unknown) => void): WorkLoop {
  let isDue = false;
  let isRunning = false;
  let isEnded = false;
  let running: Promise<void> = Promise.resolve();

  const run = async () => {
    try {
      while (isDue && !isEnded) {
        isDue = false;
        await work();
      }
      isRunning = false;
    } catch (cause) {
      isDue = false;
      isRunning = false;
      onFailure(cause);
    }
  };
  return {
    wake() {
      isDue = true;
      if (isRunning || isEnded) return;
      isRunning = true;
      running = run();
    },
    get isRunning() {
      return isRunning;
    },
    end() {
      isEnded = true;
      return running;
    },
  };
}
