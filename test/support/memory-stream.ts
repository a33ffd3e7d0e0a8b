/** A fleet's stream in memory: one message for each subject, handed over to who reads. */
import { F2bError } from '../../src/errors.js';
import type { Delivered } from '../../src/fleet/messages/message.js';
import type { Session } from '../../src/fleet/session.js';
import type { Clock } from '../../src/ports/clock.js';

export class MemoryStream {
  readonly #clock: Pick<Clock, 'now'>;
  #kept: Delivered[] = [];
  /** Everything that was ever stored. */
  readonly stored: Delivered[] = [];
  readonly #changed = new Set<() => void>();

  /** `clock`: the servers'. */
  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  store(subject: string, data: Uint8Array, replacing?: number): number | undefined {
    const before = this.#kept.find((one) => one.subject === subject);
    if (replacing !== undefined && replacing !== (before?.sequence ?? 0)) return undefined;
    const message = { subject, data, sequence: this.stored.length + 1, receivedAt: this.#clock.now() };
    this.stored.push(message);
    this.#kept = [...this.#kept.filter((one) => one !== before), message];
    for (const changed of this.#changed) changed();
    return message.sequence;
  }

  /** All that was stored so far is gone. */
  purge(): void {
    this.#kept = [];
  }

  open(): Session {
    let close = () => {};
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    let isClosed = false;
    return {
      stream: { id: 'memory', last: this.stored.length },
      publish: async (subject, data, _id, replacing) => this.store(subject, data, replacing),
      read: async (after, take) => {
        for (let read = after; ; ) {
          const next = this.#kept.filter(({ sequence }) => sequence > read);
          if (isClosed) throw new F2bError('FLEET_UNREACHABLE');
          await take(next.map((message, place) => ({ ...message, pending: next.length - place - 1 })));
          read = next.at(-1)?.sequence ?? read;
          if (this.#kept.every(({ sequence }) => sequence <= read)) await Promise.race([this.#change(), closed]);
        }
      },
      purge: async () => {},
      close: async () => {
        isClosed = true;
        close();
      },
    };
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const changed = () => {
        this.#changed.delete(changed);
        resolve();
      };
      this.#changed.add(changed);
    });
  }
}
