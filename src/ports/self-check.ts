/** How the agent finds out whether it hears: what it writes to the journal must come back through its own reader. */
import type { Entry } from '../core/entry.js';

/** Small entries of the agent's own. */
export interface SelfCheck {
  /** Terms `FIELD=value` that let them through, of fields that nobody else can write. */
  readonly match: readonly string[];
  /** Fields they are known by. */
  readonly fields: readonly string[];
  /** Writes the one of this number, without ever waiting; false when journald does not take it. */
  send(number: number): boolean;
  /** True of those, also of an earlier run's. */
  isOne(entry: Entry): boolean;
  /** The number of one that this run sent; undefined for any other entry. */
  numberOf(entry: Entry): number | undefined;
}
