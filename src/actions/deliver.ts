/** What every type of action is made of. */

import type { Outcome } from './outcome.js';
import type { EventRecord } from './record.js';

/** What brings events to somebody. It never throws. */
export interface Deliverer {
  /**
   * Before the first of them, and as long as it fails. What is refused is told, and kept from nothing. It may be missing.
   */
  begin?(signal: AbortSignal): Promise<Outcome>;
  /** All of them, or none as far as is known. Ends soon once the signal aborts. */
  deliver(events: readonly EventRecord[], signal: AbortSignal): Promise<Outcome>;
  /** At the end. */
  stop(): Promise<void>;
}
