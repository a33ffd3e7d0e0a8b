/** Who got a mail of which events, of those that are tried again as not everybody got one. */
import { type EventRecord, idOfAll } from '../record.js';

/** Recipients that lack the same events. */
export interface Lacking {
  readonly to: readonly string[];
  readonly events: readonly EventRecord[];
}

export class Reached {
  /** Ids of events by recipient. */
  readonly #ids = new Map<string, Set<string>>();

  /** Which of the recipients lack which of the events. */
  lacking(recipients: readonly string[], events: readonly EventRecord[]): readonly Lacking[] {
    const groups = new Map<string, Lacking>();
    for (const recipient of recipients) {
      const lacked = events.filter(({ id }) => !this.#ids.get(recipient)?.has(id));
      const id = idOfAll(lacked);
      if (lacked.length > 0) groups.set(id, { to: [...(groups.get(id)?.to ?? []), recipient], events: lacked });
    }
    return [...groups.values()];
  }

  add(recipients: readonly string[], events: readonly EventRecord[]): void {
    for (const recipient of recipients) {
      const ids = this.#ids.get(recipient) ?? new Set();
      for (const { id } of events) ids.add(id);
      this.#ids.set(recipient, ids);
    }
  }

  /** All are delivered, so none of them comes again. */
  clear(): void {
    this.#ids.clear();
  }
}
