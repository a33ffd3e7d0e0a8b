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
  /** There may be something to publish; to be called every minute, too: no more than so many bans are published in one. */
  wake(): void;
  /** Publishes over this session from now on; what fails goes to `failed`, and nothing is published until the next. */
  attach(session: Session, failed: (cause: unknown) => void): void;
  detach(): void;
  end(): Promise<void>;
}

/** Published at a time. */
const PORTION = 100;

/**
 * Bans that are published in a minute. Others listen to 1,000 of a host in a minute of the stream's clock, if they did not
 * choose otherwise: into that fall two minutes of this one, and a third one when this restarts.
 */
const BANS_PER_MINUTE = 300;

export function createOutbound(store: FleetStore, clock: Clock): Outbound {
  let attached: { readonly session: Session; readonly failed: (cause: unknown) => void } | undefined;

  const pace = createPace<WaitingMessage>(clock, BANS_PER_MINUTE, ({ kind }) => (kind === 'ban' ? 1 : 0));

  const publish = async (session: Session): Promise<boolean> => {
    await store.forget(clock.now());
    const messages = pace(await store.waiting(PORTION));
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
    end: loop.end,
  };
}

/** One that is published again has another id: the stream is not to take it for the one before. */
function publishOne(session: Session, message: WaitingMessage, now: number): Promise<unknown> {
  const { subject, kind, since, until, id, round, reason } = message;
  const why = reason === undefined ? {} : { reason };
  const content: Content = kind === 'ban' ? { kind, at: now, since, until, ...why } : { kind, at: now };
  return session.publish(subject, encodeContent(content), round === 0 ? id : `${id};round=${round}`);
}
