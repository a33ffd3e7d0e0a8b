/** What is told of entries that journald dropped. */
import type { AgentEvent } from '../../agent/agent-event.js';
import { countOfDropped, unitOfDropped } from '../../core/dropped-entries.js';
import type { Entry } from '../../core/entry.js';

/** `entry`: journald's own about it. */
export function droppedEvent(entry: Entry): AgentEvent {
  return {
    kind: 'suppressed',
    unit: unitOfDropped(entry) ?? 'an unknown unit',
    cursor: entry.cursor,
    dropped: countOfDropped(entry),
  };
}
