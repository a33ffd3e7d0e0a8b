/** Where the agent's events go. */
import type { AgentEvent } from '../agent/agent-event.js';

/** Tells people and programs. Never throws: telling must not stop deciding. */
export interface Notifier {
  notify(event: AgentEvent): void;
}
