/** Decisions that wait to be committed together, in the order they were made. */

import type { AgentEvent } from '../../agent/agent-event.js';
import { append } from '../../core/append.js';
import type { Effect } from '../../core/effect.js';
import type { Position } from '../../ports/journal.js';

/** The most entries without an effect that are read again after a crash; they lead to no effect then either. */
const MANY_ENTRIES = 10_000;

/** The effects that are stored at once: V8 moves what waits for it, and moves it again while it is long. */
export const MANY_EFFECTS = 2_000;

/** What is committed together. */
export interface Decisions {
  /** The last entry that the effects rest on; undefined when no entry led to them. */
  readonly position: Position | undefined;
  readonly effects: readonly Effect[];
  /** To be told before what is told of the effects. */
  readonly events: readonly AgentEvent[];
}

export interface WaitingDecisions {
  /** `entries`: how many entries these decisions are the last of. */
  add(decisions: Decisions, entries: number): void;
  /** All that waits; nothing waits afterwards. */
  takeAll(): Decisions;
  /** True when something that was decided waits. */
  readonly hasEffects: boolean;
  /** True when no entry was decided on since the last commit. */
  readonly isEmpty: boolean;
  /** True when it is too much to wait any longer. */
  readonly isMuch: boolean;
}

export function createWaitingDecisions(): WaitingDecisions {
  let position: Position | undefined;
  let effects: Effect[] = [];
  let events: AgentEvent[] = [];
  let entries = 0;

  return {
    add(decisions, done) {
      position = decisions.position ?? position;
      append(effects, decisions.effects);
      append(events, decisions.events);
      entries += done;
    },
    takeAll() {
      const all = { position, effects, events };
      position = undefined;
      effects = [];
      events = [];
      entries = 0;
      return all;
    },
    get hasEffects() {
      return effects.length > 0;
    },
    get isEmpty() {
      return effects.length === 0 && entries === 0;
    },
    get isMuch() {
      return effects.length >= MANY_EFFECTS || entries >= MANY_ENTRIES;
    },
  };
}
