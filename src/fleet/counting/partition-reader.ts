/**
 * Counts one partition for as long as this host is to: reads its stream over one connection after the other. Invariant:
 * whoever begins reads again what is old enough that no failure that counts now was counted with an older one.
 */
import { sleep } from '../../async/time/sleep.js';
import type { Address } from '../../core/address/address.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { asF2bError, type F2bError } from '../../errors.js';
import type { ReadMessage } from '../messages/message.js';
import type { FailureStreams, Place, StartOfFailures, StreamState } from '../session.js';
import type { StreamClock } from '../stream-clock.js';
import { type Counted, type CountedBan, type CountRules, PartitionCount } from './partition-count.js';

export interface PartitionReaderParts {
  readonly partition: number;
  readonly rules: CountRules;
  /** Any 32-bit number, see AddressTable. */
  readonly seed: number;
  readonly clock: StreamClock;
  readonly bannedUntil: (address: Address) => number;
  /** Stores whom it found, and has that published. */
  readonly found: (bans: readonly CountedBan[]) => Promise<void>;
  readonly refused: (refusal: NonNullable<Counted['refusal']>) => void;
  readonly troubled: (error: F2bError) => void;
  /** What was found cannot be stored. */
  readonly failed: (cause: unknown) => void;
}

/** So long a member that counts may have been gone before it is noticed, see `isSilent`, and some more. */
const UNNOTICED = 20 * 60 * MICROS_PER_SECOND;
const PAUSE = 10 * MICROS_PER_SECOND;
/** So soon the end of the connection is known here, µs. */
const NOTICED = MICROS_PER_SECOND;

export class PartitionReader {
  readonly #parts: PartitionReaderParts;
  readonly #ended = new AbortController();
  #count: PartitionCount;
  #place: Place | undefined;
  #behind = 0;
  #reading: Promise<void> = Promise.resolve();
  #detached = new AbortController();

  constructor(parts: PartitionReaderParts) {
    this.#parts = parts;
    this.#count = new PartitionCount(parts);
  }

  /** Failures held. */
  get size(): number {
    return this.#count.size;
  }

  /** Messages that are not read yet. */
  get behind(): number {
    return this.#behind;
  }

  /** Reads over this connection from now on. */
  attach(streams: FailureStreams): void {
    this.#detached.abort();
    const detached = new AbortController();
    this.#detached = detached;
    const ended = AbortSignal.any([detached.signal, this.#ended.signal]);
    this.#reading = this.#reading.then(() => this.#keepReading(streams, ended));
  }

  detach(): void {
    this.#detached.abort();
  }

  withdraw(host: string): void {
    this.#count.withdraw(host);
  }

  release(address: Address, at: number): void {
    this.#count.release(address, at);
  }

  end(): Promise<void> {
    this.#ended.abort();
    return this.#reading;
  }

  async #keepReading(streams: FailureStreams, ended: AbortSignal): Promise<void> {
    const { partition, clock, troubled, failed } = this.#parts;
    const take = (messages: readonly ReadMessage[]) => this.#take(messages);
    while (!ended.aborted) {
      try {
        await streams.read(partition, { begin: (stream) => this.#begin(stream), take, ended });
      } catch (cause) {
        const error = asF2bError(cause);
        if (!error.code.startsWith('FLEET_')) return failed(cause);
        // With the connection all readings end, and that is told of already.
        await sleep(clock, NOTICED, ended);
        if (!ended.aborted) troubled(error);
      }
      await sleep(clock, PAUSE, ended);
    }
  }

  #begin({ id, last }: StreamState): StartOfFailures {
    const known = this.#place;
    if (known?.stream === id && known.sequence <= last) return { after: known.sequence };
    const { clock, rules } = this.#parts;
    this.#count = new PartitionCount(this.#parts);
    this.#place = { stream: id, sequence: 0 };
    // What counts may be one window old, what counts with it another one, and who was banned for it a third.
    return { since: clock.now() - 3 * rules.findtime - UNNOTICED };
  }

  async #take(messages: readonly ReadMessage[]): Promise<void> {
    const { found, refused, clock } = this.#parts;
    const bans: CountedBan[] = [];
    for (const message of messages) {
      const counted = this.#count.receive(message);
      bans.push(...counted.bans);
      if (counted.refusal !== undefined) refused(counted.refusal);
      this.#behind = message.pending;
    }
    const now = clock.now();
    const inForce = bans.filter(({ until }) => until > now);
    if (inForce.length > 0) await found(inForce);
    const { stream = '' } = this.#place ?? {};
    this.#place = { stream, sequence: messages.at(-1)?.sequence ?? 0 };
  }
}
