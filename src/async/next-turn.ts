/** Turns of the event loop. Invariant: what else waits for it (the bus, the watchdog, signals) is served in between. */

/** Resolves in a later turn, amid long work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Calls `work` in a later turn, and not before `pause` ms have passed. */
export function inLaterTurn(work: () => void, pause: number): void {
  if (pause > 0) setTimeout(work, pause);
  else setImmediate(work);
}
