/**
 * Carries decisions out, in the one order that is safe: durable first, then enforced, then told.
 * A crash in between is mended at the next start, when the firewall is reconciled with the store.
 * Invariant: a position is never stored without the effects of everything before it. So nothing is carried out any more
 * once a decision failed halfway: what is remembered may be ahead of what is stored.
 */

import type { AgentEvent } from '../../agent/agent-event.js';
import { createDeferred } from '../../async/deferred.js';
import type { Effect } from '../../core/effect.js';
import type { Position } from '../../ports/journal.js';
import type { JailCounters } from '../jail-counters.js';
import type { DecidedPart } from '../reading/pipeline.js';
import type { Committer } from './committer.js';
import type { Enforcer } from './enforcer.js';
import type { NotificationQueue } from './notification-queue.js';

/** The most entries without an effect that are read again after a crash; they lead to no effect then either. */
const UNCOMMITTED_ENTRIES = 10_000;

export interface Apply {
  /** Makes a decision: whatever changes what is remembered. When it throws, nothing is carried out any more. */
  decide<T>(decision: () => T): T;
  /** Carries out what a batch of entries, or a part of one, led to; resolves when it is durable. */
  batch(part: DecidedPart): Promise<void>;
  /** Carries out decisions that no entry led to; resolves when they are durable. */
  effects(effects: readonly Effect[]): Promise<CarriedOut>;
  /** Makes the position durable even if nothing happened since. */
  savePosition(): Promise<void>;
  /** Nothing is carried out any more, for this reason. Only a new start, from what is stored, can go on. */
  abandon(cause: unknown): void;
  /** Rejects once nothing is carried out any more, with the reason. */
  readonly abandoned: Promise<never>;
  /** Position after the last batch. */
  readonly position: Position | undefined;
}

/** What is durable. */
export interface CarriedOut {
  /** Resolves when the firewall has confirmed or refused it. */
  readonly enforced: Promise<void>;
}

interface Parts {
  readonly committer: Committer;
  readonly enforcer: Enforcer;
  readonly notifications: NotificationQueue;
  readonly counters: JailCounters;
  /** Turns an effect into what is told about it. */
  readonly eventsOf: (effect: Effect) => readonly AgentEvent[];
}

export function createApply(parts: Parts, start: Position | undefined): Apply {
  const { committer, enforcer, notifications, counters, eventsOf } = parts;
  const whole = createWholeness();
  let position = start;
  let uncommitted = 0;

  const carryOut = async (
    effects: readonly Effect[],
    events: readonly AgentEvent[],
    at: Position | undefined,
  ): Promise<CarriedOut> => {
    await committer.commit(at, effects);
    const enforced = enforcer.enforce(effects);
    counters.decided(effects);
    for (const event of events) notifications.notify(event);
    for (const effect of effects) for (const event of eventsOf(effect)) notifications.notify(event);
    return { enforced };
  };

  return {
    decide(decision) {
      whole.require();
      try {
        return decision();
      } catch (cause) {
        whole.end(cause);
        throw cause;
      }
    },
    async batch(part) {
      const { position: after, entries, effects, events } = part;
      whole.require();
      counters.found(part);
      position = after ?? position;
      uncommitted += entries;
      if (effects.length === 0 && uncommitted < UNCOMMITTED_ENTRIES) {
        for (const event of events) notifications.notify(event);
        await notifications.room();
        return;
      }
      uncommitted = 0;
      await carryOut(effects, events, after);
      await notifications.room();
    },
    async effects(effects) {
      whole.require();
      return effects.length === 0 ? { enforced: Promise.resolve() } : carryOut(effects, [], undefined);
    },
    async savePosition() {
      whole.require();
      if (uncommitted === 0 || position === undefined) return;
      uncommitted = 0;
      await committer.commit(position, []);
    },
    abandon: whole.end,
    abandoned: whole.ended,
    get position() {
      return position;
    },
  };
}

/** Whether what is remembered is all that was decided, no more and no less. */
function createWholeness() {
  let failure: { readonly cause: unknown } | undefined;
  const ended = createDeferred<never>();
  return {
    ended: ended.promise,
    require() {
      if (failure !== undefined) throw failure.cause;
    },
    end(cause: unknown) {
      failure ??= { cause };
      ended.reject(failure.cause);
    },
  };
}
