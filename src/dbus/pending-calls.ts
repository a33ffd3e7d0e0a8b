/**
 * The calls that wait for an answer. Invariant: each is settled once and then forgotten; a late answer goes nowhere.
 */
import { createDeferred, type Deferred } from '../async/deferred.js';
import { withTimeout } from '../async/time/with-timeout.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports/clock.js';
import { type Answer, errors, type MethodCall } from './message.js';

export class PendingCalls {
  readonly #clock: Clock;
  readonly #answers = new Map<number, Deferred<Answer>>();
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
    const answer = createDeferred<Answer>();
    this.#answers.set(serial, answer);
    const text = `${call.destination} did not answer ${call.member} within ${timeout / MICROS_PER_SECOND} s`;
    void withTimeout(this.#clock, timeout, answer.promise).then((isAnswered) => {
      if (!isAnswered) this.settle(serial, { ok: false, error: errors.NO_REPLY, text });
    });
    return answer.promise;
  }

  settle(serial: number, answer: Answer): void {
    const waiting = this.#answers.get(serial);
    this.#answers.delete(serial);
    waiting?.resolve(answer);
  }

  disconnected(): void {
    for (const serial of [...this.#answers.keys()]) {
      this.settle(serial, { ok: false, error: errors.DISCONNECTED, text: 'the connection to the bus ended' });
    }
  }
}
