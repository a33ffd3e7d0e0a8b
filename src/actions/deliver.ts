/** What every type of action is made of. */

import type { Outcome } from './outcome.js';
import type { EventRecord } from './record.js';

/** What brings events to somebody. It never throws. */
export interface Deliverer {
  /** All of them, or none as far as is known. Ends soon once the signal aborts. */
  deliver(events: readonly EventRecord[], signal: AbortSignal): Promise<Outcome>;
  /** At the end. */
  stop(): Promise<void>;
}
