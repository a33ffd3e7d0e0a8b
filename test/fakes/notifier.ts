import type { AgentEvent } from '../../src/agent/agent-event.js';
import type { Notifier } from '../../src/ports/notifier.js';

/** Keeps what it was told. */
export class FakeNotifier implements Notifier {
  readonly events: AgentEvent[] = [];

  notify(event: AgentEvent): void {
    this.events.push(event);
  }
}
