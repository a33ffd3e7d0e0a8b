/**
 * Carries decisions out, in the one order that is safe: durable first, then enforced, then told.
 * A crash in between is mended at the next start, when the firewall is reconciled with the store.
 */

import type { AgentEvent } from '../../agent/agent-event.js';
import type { Effect } from '../../core/effect.js';
import type { Position } from '../../ports/journal.js';
import type { Outcome } from '../reading/pipeline.js';
import type { Committer } from './committer.js';
import type { Enforcer } from './enforcer.js';
import type { NotificationQueue } from './notification-queue.js';

/** So many entries without an effect are read again at most after a crash; they lead to no effect then either. */
const UNCOMMITTED_ENTRIES = 10_000;

export interface Apply {
  /** Carries out what a batch of entries, or a part of one, led to; resolves when it is durable. */
  batch(outcome: Outcome): Promise<void>;
  /** Carries out decisions that no entry led to. */
  effects(effects: readonly Effect[]): Promise<void>;
  /** Makes the position durable even if nothing happened since. */
  savePosition(): Promise<void>;
  /** Position after the last batch. */
  readonly position: Position | undefined;
}

interface Parts {
  readonly committer: Committer;
  readonly enforcer: Enforcer;
  readonly telling: NotificationQueue;
  /** Turns an effect into what is told about it. */
  readonly eventsOf: (effect: Effect) => readonly AgentEvent[];
}

export function createApply(parts: Parts, start: Position | undefined): Apply {
  const { committer, enforcer, telling, eventsOf } = parts;
  let position = start;
  let uncommitted = 0;

  const carryOut = async (effects: readonly Effect[], events: readonly AgentEvent[], at: Position | undefined) => {
    await committer.commit(at, effects);
    enforcer.enforce(effects);
    for (const event of events) telling.notify(event);
    for (const effect of effects) for (const event of eventsOf(effect)) telling.notify(event);
  };

  return {
    async batch({ position: after, entries, effects, events }) {
      position = after ?? position;
      uncommitted += entries;
      if (effects.length === 0 && uncommitted < UNCOMMITTED_ENTRIES) {
        for (const event of events) telling.notify(event);
        await telling.room();
        return;
      }
      uncommitted = 0;
      await carryOut(effects, events, after);
      await telling.room();
    },
    async effects(effects) {
      if (effects.length > 0) await carryOut(effects, [], undefined);
    },
    async savePosition() {
      if (uncommitted === 0 || position === undefined) return;
      uncommitted = 0;
      await committer.commit(position, []);
    },
    get position() {
      return position;
    },
  };
}
