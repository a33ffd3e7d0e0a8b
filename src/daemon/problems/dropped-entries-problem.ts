/**
 * Shows for a while as a problem that journald dropped entries. What is not in the journal cannot be matched, and nothing
 * else would tell of it.
 */

import type { AgentEvent } from '../../agent/agent-event.js';
import { createTimer } from '../../async/time/timer.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { BulkNotifier } from '../../ports/notifier.js';
import type { Problems } from './problems.js';

/** How long it stays a problem after the last time, µs. */
const SHOWN = 3_600 * MICROS_PER_SECOND;

/** Units of which it is told; there are more only where units are made by whoever connects. */
const MAX_UNITS = 10;

/** The notifier, with what it is told of dropped entries among the open problems too. */
export function withDroppedEntries(notifier: BulkNotifier, problems: Problems, clock: Clock): BulkNotifier {
  const dropped = new Map<string, number>();
  const end = createTimer(clock, () => {
    dropped.clear();
    problems.resolve('ENTRIES_DROPPED');
  });

  const note = ({ unit, dropped: count = 0 }: AgentEvent & { kind: 'suppressed' }) => {
    if (dropped.has(unit) || dropped.size < MAX_UNITS) dropped.set(unit, (dropped.get(unit) ?? 0) + count);
    const text = [...dropped].map(([name, sum]) => (sum === 0 ? name : `${sum} of ${name}`)).join(', ');
    problems.note(new F2bError('ENTRIES_DROPPED', text));
    end.set(clock.now() + SHOWN);
  };
  const notifyAll = (events: readonly AgentEvent[]) => {
    notifier.notifyAll(events);
    for (const event of events) if (event.kind === 'suppressed') note(event);
  };
  return { notify: (event) => notifyAll([event]), notifyAll };
}
