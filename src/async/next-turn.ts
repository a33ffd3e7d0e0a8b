/** Lets what else waits for the event loop (the bus, the watchdog, signals) have its turn amid long work. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
