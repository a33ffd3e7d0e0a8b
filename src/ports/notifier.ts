/** Where the agent's events go. */
import type { AgentEvent } from '../agent/agent-event.js';

/** Tells people and programs. Never throws: telling must not stop deciding. */
export interface Notifier {
  notify(event: AgentEvent): void;
}

/** One that tells many at once for less. */
export interface BulkNotifier extends Notifier {
  /** Tells them in this order. */
  notifyAll(events: readonly AgentEvent[]): void;
}
