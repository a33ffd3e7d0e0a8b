/** What is remembered of the hosts that publish bans, for the limits of how many of theirs are listened to. */
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Refusal, Reporter } from './change.js';

const MINUTE = 60 * MICROS_PER_SECOND;

export class Reporters implements Iterable<Reporter> {
  readonly #reporters = new Map<string, Reporter>();

  [Symbol.iterator](): Iterator<Reporter> {
    return this.#reporters.values();
  }

  put(reporter: Reporter): void {
    this.#reporters.set(reporter.host, reporter);
  }

  /** The reporter with one ban more in its minute of the stream's clock; not remembered yet. */
  counted(host: string, receivedAt: number): Reporter {
    const minute = Math.floor(receivedAt / MINUTE);
    const known = this.#reporters.get(host);
    const published = known?.minute === minute ? known.published + 1 : 1;
    const { refused = 0, lastRefusal } = known ?? {};
    return { host, minute, published, refused, ...(lastRefusal === undefined ? {} : { lastRefusal }) };
  }

  /** Remembers that this one, which was counted, was refused. */
  refused(counted: Reporter, why: Refusal): Reporter {
    const reporter = { ...counted, refused: counted.refused + 1, lastRefusal: why };
    this.put(reporter);
    return reporter;
  }
}
