/** The clock that the daemon goes by; nothing else in it asks for the time. */

/** Time and timers. Instants are µs since the epoch. */
export interface Clock {
  now(): number;
  /** Time passed since some fixed moment, also while the machine slept, however the clock was set. µs */
  elapsed(): number;
  /** Calls `wake` once at or after `at`; the returned function cancels it. */
  at(at: number, wake: () => void): () => void;
}
