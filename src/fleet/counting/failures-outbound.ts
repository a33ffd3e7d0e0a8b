/**
 * Publishes the failures that wait. Invariant: each waits in the state until the servers have it, so none is lost, and of
 * one that was published twice who counts takes one. What fails here keeps no ban from being told.
 */
import { createBackoff } from '../../async/time/backoff.js';
import { createWorkLoop } from '../../async/work-loop.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { asF2bError, type F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { FleetStore, WaitingFailures } from '../fleet-store.js';
import { createPace } from '../pace.js';
import { publishAll } from '../publish-all.js';
import type { FailureStreams } from '../session.js';

export interface FailuresOutbound {
  /** There may be something to publish. */
  wake(): void;
  attach(streams: FailureStreams): void;
  detach(): void;
  end(): Promise<void>;
}

/** Messages published at a time. */
const PORTION = 100;

/**
 * Failures that are published at once, and in each minute besides; who counts listens to more than twice as many of a host
 * in each partition.
 */
const PER_MINUTE = 800;
const PAUSES = { first: 5 * MICROS_PER_SECOND, last: 60 * MICROS_PER_SECOND };

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
  let failures = 0;

  const pace = createPace<WaitingFailures>({
    ...{ clock, perMinute: PER_MINUTE, sizeOf: ({ size }) => size },
    again: () => loop.wake(),
  });
  const publish = async (to: FailureStreams): Promise<boolean> => {
    const messages = pace.take(await store.waitingFailures(PORTION));
    if (messages.length === 0) return false;
    const send = ({ partition, id, body }: WaitingFailures) => to.publish(partition, body, `${host} ${id}`);
    await publishAll(messages, send, (done) => store.failuresPublished(done));
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
      pace.cancel();
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
    async end() {
      backoff.cancel();
      await loop.end();
      pace.cancel();
    },
  };
}
