import type { Clock } from '../../src/ports/clock.js';

/** A clock that stands still until it is told to advance; timers fire in order of their instants. */
export class VirtualClock implements Clock {
  #now: number;
  /** How far the clock was set in all. */
  #set = 0;
  #timers: { at: number; wake: () => void }[] = [];

  constructor(now = 1_700_000_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#now - this.#set;
  }

  /** Sets the wall clock, as a person or NTP does; timers go by the time that really passes. */
  set(by: number): void {
    this.#now += by;
    this.#set += by;
    this.#timers = this.#timers.map((timer) => Object.assign(timer, { at: timer.at + by }));
  }

  at(at: number, wake: () => void): () => void {
    const timer = { at, wake };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves on by `micros`, firing what falls due on the way; lets promises settle in between. */
  async advance(micros: number): Promise<void> {
    const end = this.#now + micros;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const due = this.#timers.filter((timer) => timer.at <= end).sort((one, other) => one.at - other.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now = Math.max(this.#now, due.at);
      due.wake();
    }
    this.#now = end;
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Instants of the armed timers. */
  get armed(): readonly number[] {
    return this.#timers.map((timer) => timer.at);
  }
}
