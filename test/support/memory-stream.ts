/** A fleet's stream in memory: one message for each subject, handed over to who reads. */
import { F2bError } from '../../src/errors.js';
import { failureSubject } from '../../src/fleet/messages/failure-message.js';
import type { Delivered } from '../../src/fleet/messages/message.js';
import type { FailureStreams, Session } from '../../src/fleet/session.js';
import type { Clock } from '../../src/ports/clock.js';

export class MemoryStream {
  /** Messages of bans that are handed over at a time, at most. */
  portion = 500;
  readonly #clock: Pick<Clock, 'now'>;
  #kept: Delivered[] = [];
  /** Everything that was ever stored. */
  readonly stored: Delivered[] = [];
  readonly #changed = new Set<() => void>();
  /** By partition. */
  readonly #failures = new Map<number, Delivered[]>();

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

  failures(partition: number): readonly Delivered[] {
    return this.#failures.get(partition) ?? [];
  }

  /** A host shares failures. */
  share(host: string, partition: number, body: string): void {
    const kept = this.#failures.get(partition) ?? [];
    const data = new TextEncoder().encode(body);
    const subject = failureSubject(host, partition);
    this.#failures.set(partition, [
      ...kept,
      { subject, data, sequence: kept.length + 1, receivedAt: this.#clock.now() },
    ]);
    for (const changed of this.#changed) changed();
  }

  #streamsOf(host: string): FailureStreams {
    return {
      publish: async (partition, body) => this.share(host, partition, body),
      read: async (partition, { begin, take, ended }) => {
        const from = begin({ id: `failures ${partition}`, last: this.failures(partition).length });
        const isNew = ({ sequence, receivedAt }: Delivered) =>
          'after' in from ? sequence > from.after : receivedAt >= from.since;
        const aborted = new Promise<void>((resolve) => ended.addEventListener('abort', () => resolve()));
        for (let read = 0; !ended.aborted; ) {
          const next = this.failures(partition).filter((one) => one.sequence > read && isNew(one));
          read = next.at(-1)?.sequence ?? read;
          if (next.length > 0) await take(next.map((one, place) => ({ ...one, pending: next.length - place - 1 })));
          else await Promise.race([this.#change(), aborted]);
        }
      },
      purge: async () => {},
    };
  }

  /** `host`: who opens it. */
  open(host = ''): Session {
    let close = () => {};
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    let isClosed = false;
    return {
      stream: { id: 'memory', last: this.stored.length },
      failures: this.#streamsOf(host),
      publish: async (subject, data, _id, replacing) => this.store(subject, data, replacing),
      read: async (after, take) => {
        for (let read = after; ; ) {
          const next = this.#kept.filter(({ sequence }) => sequence > read);
          if (isClosed) throw new F2bError('FLEET_UNREACHABLE');
          const pending = next.map((message, place) => ({ ...message, pending: next.length - place - 1 }));
          const portion = pending.slice(0, this.portion);
          await take(portion);
          read = portion.at(-1)?.sequence ?? read;
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
