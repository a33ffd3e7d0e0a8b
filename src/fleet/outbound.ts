/**
 * Tells the fleet what this host bans. Invariant: what the agent told is stored together with its position in the journal
 * before anything is published, and waits there until the stream has it: nothing is lost, and of what is told twice the
 * stream keeps one.
 */
import { createWorkLoop } from '../async/work-loop.js';
import { asF2bError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { FleetStore, WaitingMessage } from './fleet-store.js';
import { type Content, encodeContent } from './message.js';
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

export function createOutbound(store: FleetStore, clock: Clock): Outbound {
  let attached: { readonly session: Session; readonly failed: (cause: unknown) => void } | undefined;

  const publish = async (session: Session): Promise<boolean> => {
    await store.forget(clock.now());
    const messages = await store.waiting(PORTION);
    if (messages.length === 0) return false;
    const results = await Promise.allSettled(messages.map((message) => publishOne(session, message, clock.now())));
    const done = messages.filter((_, index) => results[index]?.status === 'fulfilled');
    await store.published(done, clock.now());
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw asF2bError(failed.reason);
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
    end: loop.end,
  };
}

/** One that is published again has another id: the stream is not to take it for the one before. */
function publishOne(session: Session, message: WaitingMessage, now: number): Promise<void> {
  const { subject, kind, since, until, id, round } = message;
  const content: Content = kind === 'ban' ? { kind, at: now, since, until } : { kind, at: now };
  return session.publish(subject, encodeContent(content), round === 0 ? id : `${id};round=${round}`);
}
