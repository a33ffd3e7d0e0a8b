import type { AgentEvent, Notifier } from '../../src/ports.js';

/** Keeps what it was told. */
export class FakeNotifier implements Notifier {
  readonly events: AgentEvent[] = [];

  notify(event: AgentEvent): void {
    this.events.push(event);
  }
}
