/**
 * Carries decisions out, in the one order that is safe: durable first, then enforced, then told.
 * A crash in between is mended at the next start, when the firewall is reconciled with the store.
 * Invariant: a position is never stored without the effects of everything before it. So nothing is carried out any more
 * once a decision failed halfway: what is remembered may be ahead of what is stored.
 */

import type { AgentEvent } from '../../agent/agent-event.js';
import type { Effect } from '../../core/effect.js';
import type { Failure } from '../../core/failure.js';
import type { Clock } from '../../ports/clock.js';
import type { Position } from '../../ports/journal.js';
import type { JailCounters } from '../jail-counters.js';
import type { DecidedPart } from '../reading/pipeline.js';
import type { Committer } from './committer.js';
import type { Enforcer } from './enforcer.js';
import { createGroupCommit } from './group-commit.js';
import type { NotificationQueue } from './notification-queue.js';
import type { Decisions } from './waiting-decisions.js';
import { createWholeness } from './wholeness.js';

export interface Apply {
  /** Makes a decision: whatever changes what is remembered. When it throws, nothing is carried out any more. */
  decide<T>(decision: () => T): T;
  /**
   * Carries out what a batch of entries, or a part of one, led to: soon, or at once when it bans or unbans anybody.
   * Resolves when more may be decided.
   */
  batch(part: DecidedPart): Promise<void>;
  /** The same for what ended by the clock. */
  ended(effects: readonly Effect[]): Promise<void>;
  /** Carries out decisions that no entry led to; resolves when they are durable. */
  effects(effects: readonly Effect[]): Promise<CarriedOut>;
  /** Begins to carry out all that waits. */
  carryOutNow(): void;
  /** Makes the position durable even if nothing happened since; resolves when all that was decided is carried out. */
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
  /** Resolves when more may be decided: at once, or when what is still to be told has become less. */
  readonly room: Promise<void>;
}

const nothingToDo: CarriedOut = { enforced: Promise.resolve(), room: Promise.resolve() };

interface Parts {
  readonly clock: Clock;
  readonly committer: Committer;
  readonly enforcer: Enforcer;
  readonly notifications: NotificationQueue;
  readonly counters: JailCounters;
  /** Told what failed, banned or not. */
  readonly watch: { readonly found: (failures: readonly Failure[]) => void };
  /** Turns an effect into what is told about it. */
  readonly eventsOf: (effect: Effect) => readonly AgentEvent[];
}

const nothing: Decisions = { position: undefined, effects: [], events: [] };

export function createApply(parts: Parts, start: Position | undefined): Apply {
  const { notifications, counters, watch } = parts;
  const whole = createWholeness();
  const group = createGroupCommit(parts.clock, whole, (decisions) => carryOut(parts, decisions));
  let position = start;

  const add = async (decisions: Decisions, entries: number): Promise<void> => {
    await group.add(decisions, entries);
    await notifications.room();
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
      watch.found(part.failures);
      position = after ?? position;
      const isToldLater = effects.length > 0 || group.hasEffects;
      if (!isToldLater) notifications.notifyAll(events);
      await add({ position: after, effects, events: isToldLater ? events : [] }, entries);
    },
    ended: (effects) => add({ ...nothing, effects }, 0),
    async effects(effects) {
      whole.require();
      return effects.length === 0 ? nothingToDo : group.addNow({ ...nothing, effects });
    },
    carryOutNow: group.now,
    savePosition: group.settled,
    abandon: whole.end,
    abandoned: whole.ended,
    get position() {
      return position;
    },
  };
}

/** Commits decisions, and enforces and tells what they mean. */
async function carryOut(
  { committer, enforcer, notifications, counters, eventsOf }: Parts,
  { position, effects, events }: Decisions,
): Promise<CarriedOut> {
  await committer.commit(position, effects);
  const enforced = enforcer.enforce(effects);
  counters.decided(effects);
  notifications.notifyAll(events);
  // This calls the listeners of all effects first: events that follow one another are sent in one go.
  notifications.notifyAll(effects.flatMap(eventsOf));
  return { enforced, room: notifications.room() };
}
