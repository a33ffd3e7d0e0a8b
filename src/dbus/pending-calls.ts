/**
 * The calls that wait for an answer. Invariant: each is settled once and then forgotten; a late answer goes nowhere.
 */
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports/clock.js';
import { type Answer, errors, type MethodCall } from './message.js';

export class PendingCalls {
  readonly #clock: Clock;
  readonly #settlers = new Map<number, (answer: Answer) => void>();
  #serial = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Serials are unique and never 0 (D-Bus specification, "Message Format"). */
  nextSerial(): number {
    this.#serial = (this.#serial % 0xffffffff) + 1;
    return this.#serial;
  }

  /** Registers a call sent with `serial`; it is answered NO_REPLY after `timeout` µs. */
  add(serial: number, call: MethodCall, timeout: number): Promise<Answer> {
    return new Promise<Answer>((resolve) => {
      const cancel = this.#clock.at(this.#clock.now() + timeout, () =>
        this.settle(serial, {
          ok: false,
          error: errors.NO_REPLY,
          text: `${call.destination} did not answer ${call.member} within ${timeout / MICROS_PER_SECOND} s`,
        }),
      );
      this.#settlers.set(serial, (settled) => {
        cancel();
        resolve(settled);
      });
    });
  }

  settle(serial: number, answer: Answer): void {
    const settler = this.#settlers.get(serial);
    this.#settlers.delete(serial);
    settler?.(answer);
  }

  disconnected(): void {
    for (const serial of [...this.#settlers.keys()]) {
      this.settle(serial, { ok: false, error: errors.DISCONNECTED, text: 'the connection to the bus ended' });
    }
  }
}
