import type { AgentEvent } from '../../src/agent/agent-event.js';
import { append } from '../../src/core/append.js';
import type { BulkNotifier } from '../../src/ports/notifier.js';

/** Keeps what it was told. */
export class FakeNotifier implements BulkNotifier {
  readonly events: AgentEvent[] = [];

  notify(event: AgentEvent): void {
    this.events.push(event);
  }

  notifyAll(events: readonly AgentEvent[]): void {
    append(this.events, events);
  }
}
