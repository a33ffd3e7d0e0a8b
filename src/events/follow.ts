/**
 * Follows the agent's events in the journal, from a saved position on. Invariants: one batch at a time, the next is read
 * only after the last was taken, and a position is handed over together with all events up to it.
 */
import { createDeferred } from '../async/deferred.js';
import { nextTurn } from '../async/next-turn.js';
import { every } from '../async/time/interval.js';
import { createWorkLoop } from '../async/work-loop.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { F2bError } from '../errors.js';
import type { Clock } from '../ports/clock.js';
import type { JournalStart, LiveJournal, Position } from '../ports/journal.js';
import { decodeEvent } from './decode.js';
import type { ToldEvent } from './told-event.js';

/** Entries read at a time. */
const BATCH = 300;
/** So often the journal is asked whether it can still be heard. */
const INSPECTION = 5 * MICROS_PER_SECOND;

export interface Following {
  /** Opened with `trustedMatches`, EVENT_FIELDS and TRUSTED_FIELDS. It is not closed here. */
  readonly journal: LiveJournal;
  readonly clock: Clock;
  /** Where the last run came to. */
  readonly position: Position;
  /** To be stored together: what these events lead to, and the position behind them. There may be no event. */
  readonly take: (events: readonly ToldEvent[], position: Position) => Promise<void>;
  /** Told of what keeps the journal from being heard, and, with undefined, that nothing does any more. */
  readonly troubled: (error: F2bError | undefined) => void;
  readonly ended: AbortSignal;
}

/** The position of whoever begins now: only what comes from here on is followed. `now` in µs since the epoch. */
export function positionAt(now: number): Position {
  return { cursor: '', receivedAt: now };
}

function startOf({ cursor, receivedAt }: Position): JournalStart {
  return cursor === '' ? { kind: 'since', since: receivedAt } : { kind: 'cursor', cursor, receivedAt };
}

/** Resolves once `ended` aborts and the batch under way was taken; rejects when taking or the journal fails. */
export async function followEvents({ journal, clock, position, take, troubled, ended }: Following): Promise<void> {
  const over = createDeferred();
  const drain = async (): Promise<void> => {
    while (!ended.aborted) {
      const entries = journal.read(BATCH);
      const last = entries.at(-1);
      if (last !== undefined) {
        const events = entries.map(decodeEvent).filter((event) => event !== undefined);
        await take(events, { cursor: last.cursor, receivedAt: last.receivedAt });
      } else if (journal.isAtEnd) return;
      await nextTurn();
    }
  };
  const loop = createWorkLoop(drain, over.reject);
  let last: string | undefined;
  const inspect = () => {
    const error = journal.inspect(!loop.isRunning);
    if (error?.message === last) return;
    last = error?.message;
    troubled(error);
  };
  journal.seek(startOf(position));
  const unsubscribe = journal.onChange(loop.wake);
  const stopInspecting = every(clock, INSPECTION, () => {
    try {
      inspect();
    } catch (cause) {
      over.reject(cause);
    }
  });
  ended.addEventListener('abort', () => over.resolve(), { once: true });
  if (ended.aborted) over.resolve();
  loop.wake();
  try {
    await over.promise;
  } finally {
    unsubscribe();
    stopInspecting();
    await loop.end();
  }
}
