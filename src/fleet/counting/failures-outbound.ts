/**
 * Publishes the failures that wait. Invariant: each waits in the state until the servers have it, so none is lost, and of
 * one that was published twice who counts takes one. What fails here keeps no ban from being told.
 */
import { createBackoff } from '../../async/backoff.js';
import { createWorkLoop } from '../../async/work-loop.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { asF2bError, type F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { FleetStore, WaitingFailures } from '../fleet-store.js';
import type { FailureStreams } from '../session.js';

export interface FailuresOutbound {
  /** There may be something to publish; to be called every minute, too: no more than so many are published in one. */
  wake(): void;
  attach(streams: FailureStreams): void;
  detach(): void;
  end(): Promise<void>;
}

/** Messages published at a time. */
const PORTION = 100;

/** Failures that are published in a minute; who counts listens to more than twice as many of a host in each partition. */
const PER_MINUTE = 800;
const MINUTE = 60 * MICROS_PER_SECOND;
const PAUSES = { first: 5 * MICROS_PER_SECOND, last: MINUTE };

interface Parts {
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly host: string;
  readonly troubled: (error: F2bError) => void;
  /** What is stored cannot be read or let go. */
  readonly failed: (cause: unknown) => void;
}

export function createFailuresOutbound({ store, clock, host, troubled, failed }: Parts): FailuresOutbound {
  let streams: FailureStreams | undefined;
  let minute = 0;
  let published = 0;
  let failures = 0;

  /** Those that may be published now. */
  const paced = (waiting: readonly WaitingFailures[]): readonly WaitingFailures[] => {
    const now = Math.floor(clock.now() / MINUTE);
    if (now !== minute) published = 0;
    minute = now;
    return waiting.filter(({ size }) => {
      if (published >= PER_MINUTE) return false;
      published += size;
      return true;
    });
  };
  const publish = async (to: FailureStreams): Promise<boolean> => {
    const messages = paced(await store.waitingFailures(PORTION));
    if (messages.length === 0) return false;
    const results = await Promise.allSettled(
      messages.map(({ partition, id, body }) => to.publish(partition, body, `${host} ${id}`)),
    );
    await store.failuresPublished(messages.filter((_, index) => results[index]?.status === 'fulfilled'));
    const rejected = results.find((result) => result.status === 'rejected');
    if (rejected !== undefined) throw asF2bError(rejected.reason);
    backoff.reset();
    failures = 0;
    return true;
  };
  const loop = createWorkLoop(
    async () => {
      while (streams !== undefined && (await publish(streams)));
    },
    (cause) => {
      const error = asF2bError(cause);
      if (!error.code.startsWith('FLEET_')) return failed(cause);
      // Without a connection the next one wakes it; that it was lost, reading tells.
      if (streams === undefined) return;
      failures += 1;
      if (failures > 1) troubled(error);
      backoff.later();
    },
  );
  const backoff = createBackoff(clock, PAUSES, loop.wake);
  return {
    wake: loop.wake,
    attach(to) {
      streams = to;
      loop.wake();
    },
    detach() {
      streams = undefined;
      backoff.cancel();
    },
    end() {
      backoff.cancel();
      return loop.end();
    },
  };
}
