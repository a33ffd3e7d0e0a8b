/**
 * Tells the fleet what this host bans. Invariant: what the agent told is stored together with its position in the journal
 * before anything is published, and waits there until the stream has it: nothing is lost, and of what is told twice the
 * stream keeps one.
 */
import { createWorkLoop } from '../async/work-loop.js';
import type { Clock } from '../ports/clock.js';
import type { FleetStore, WaitingMessage } from './fleet-store.js';
import { type Content, encodeContent } from './messages/message.js';
import { createPace } from './pace.js';
import { publishAll } from './publish-all.js';
import type { Session } from './session.js';

export interface Outbound {
  /** There may be something to publish. */
  wake(): void;
  /** Publishes over this session from now on; what fails goes to `failed`, and nothing is published until the next. */
  attach(session: Session, failed: (cause: unknown) => void): void;
  detach(): void;
  end(): Promise<void>;
}

/** Published at a time. */
const PORTION = 100;

/**
 * Bans that are published at once, and in each minute besides. Others listen to 1,000 of a host in a minute of the stream's
 * clock, if they did not choose otherwise: both fall into that, and what comes at once a second time when this restarts.
 */
const BANS_PER_MINUTE = 300;

export function createOutbound(store: FleetStore, clock: Clock): Outbound {
  let attached: { readonly session: Session; readonly failed: (cause: unknown) => void } | undefined;

  const pace = createPace<WaitingMessage>({
    ...{ clock, perMinute: BANS_PER_MINUTE, sizeOf: ({ kind }) => (kind === 'ban' ? 1 : 0) },
    again: () => loop.wake(),
  });

  const publish = async (session: Session): Promise<boolean> => {
    await store.forget(clock.now());
    const messages = pace.take(await store.waiting(PORTION));
    if (messages.length === 0) return false;
    await publishAll(
      messages,
      (message) => publishOne(session, message, clock.now()),
      (done) => store.published(done, clock.now()),
    );
    return true;
  };
  const loop = createWorkLoop(
    async () => {
      while (attached !== undefined && (await publish(attached.session)));
    },
    (cause) => {
      const { failed } = attached ?? {};
      attached = undefined;
      failed?.(cause);
    },
  );
  return {
    wake: loop.wake,
    attach(session, failed) {
      attached = { session, failed };
      loop.wake();
    },
    detach() {
      attached = undefined;
    },
    async end() {
      await loop.end();
      pace.cancel();
    },
  };
}

/** One that is published again has another id: the stream is not to take it for the one before. */
function publishOne(session: Session, message: WaitingMessage, now: number): Promise<unknown> {
  const { subject, kind, since, until, id, round, reason } = message;
  const why = reason === undefined ? {} : { reason };
  const content: Content = kind === 'ban' ? { kind, at: now, since, until, ...why } : { kind, at: now };
  return session.publish(subject, encodeContent(content), round === 0 ? id : `${id};round=${round}`);
}
