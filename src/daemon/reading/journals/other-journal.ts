/**
 * A journal beside the machine's own, which may not be there, or fail. Invariant: that keeps nothing else from being read;
 * it is tried again at each look, ever less often if it fails again and again, and goes on after the last entry that it
 * delivered.
 */
import type { Entry } from '../../../core/entry.js';
import { F2bError } from '../../../errors.js';
import type { JournalStart, LiveJournal } from '../../../ports/journal.js';
import type { ProblemSlot } from '../../problems/problem-slot.js';
import type { NamedJournal } from './merged-journal.js';

/** A journal while it can be read. */
interface Openable {
  /** Why there is none. */
  readonly failure: F2bError | undefined;
  /** What `use` answers; undefined when there is no journal, or no longer. */
  attempt<T>(use: (journal: LiveJournal) => T): T | undefined;
  /** True when there is one now, and was none before. */
  tryToOpen(): boolean;
  close(): void;
}

function openable(open: () => LiveJournal, failed: (failure: F2bError) => void): Openable {
  let journal: LiveJournal | undefined;
  let failure: F2bError | undefined;

  const giveUp = (cause: unknown): void => {
    if (!(cause instanceof F2bError)) throw cause;
    failure = cause;
    failed(cause);
    journal?.close();
    journal = undefined;
  };
  return {
    get failure() {
      return failure;
    },
    attempt(use) {
      if (journal === undefined) return undefined;
      try {
        return use(journal);
      } catch (cause) {
        giveUp(cause);
        return undefined;
      }
    },
    tryToOpen() {
      if (journal !== undefined) return false;
      try {
        journal = open();
        failure = undefined;
      } catch (cause) {
        giveUp(cause);
      }
      return journal !== undefined;
    },
    close() {
      journal?.close();
      journal = undefined;
    },
  };
}

/** Looks at which a journal that keeps failing is not tried again, at most. */
const MOST_PAUSE = 63;
/** So many looks in a row at which it does not fail, and earlier failures are forgotten. */
const CALM = 60;

/** Which looks are to try again. A journal that is not there costs nothing to try, one that fails may cost seconds. */
function createRetries() {
  let pause = 0;
  let left = 0;
  let calm = 0;
  return {
    failed({ code }: F2bError): void {
      calm = 0;
      if (code !== 'JOURNAL_FAILED') return;
      left = pause;
      pause = Math.min(MOST_PAUSE, 2 * pause + 1);
    },
    succeeded(): void {
      calm += 1;
      if (calm >= CALM) pause = 0;
    },
    /** True when this look may try. */
    isDue(): boolean {
      if (left === 0) return true;
      left -= 1;
      return false;
    },
  };
}

/** `open` throws the JOURNAL_ errors. */
export function createOtherJournal(open: () => LiveJournal): LiveJournal {
  const listeners = new Set<() => void>();
  const retries = createRetries();
  const opening = openable(open, retries.failed);
  const { attempt } = opening;
  let start: JournalStart = { kind: 'head' };
  const wake = () => {
    for (const listener of [...listeners]) listener();
  };
  const openAgain = (): void => {
    if (opening.failure !== undefined && !retries.isDue()) return;
    if (!opening.tryToOpen()) return;
    attempt((opened) => opened.seek(start));
    if (listeners.size === 0) return;
    attempt((opened) => opened.onChange(wake));
    wake();
  };
  opening.tryToOpen();

  return {
    seek(to) {
      start = to;
      return attempt((opened) => opened.seek(to)) ?? 'nearest';
    },
    read(limit): readonly Entry[] {
      const entries = attempt((opened) => opened.read(limit)) ?? [];
      const last = entries.at(-1);
      if (last !== undefined) start = { kind: 'cursor', cursor: last.cursor, receivedAt: last.receivedAt };
      return entries;
    },
    get isAtEnd() {
      return attempt((opened) => opened.isAtEnd) ?? true;
    },
    entryAt: (cursor) => attempt((opened) => opened.entryAt(cursor)),
    wasSeen: (entry, place) => attempt((opened) => opened.wasSeen(entry, place)) ?? false,
    reopen: () => void attempt((opened) => opened.reopen()),
    expectSoon: () => void attempt((opened) => opened.expectSoon()),
    inspect(isIdle) {
      openAgain();
      const trouble = attempt((opened) => opened.inspect(isIdle)) ?? opening.failure;
      if (opening.failure === undefined) retries.succeeded();
      return trouble;
    },
    onChange(listener) {
      if (listeners.size === 0) attempt((opened) => opened.onChange(wake));
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close() {
      listeners.clear();
      opening.close();
    },
  };
}

/**
 * Looks at each by itself, and tells what is known to keep entries of it from being heard. `unreadHosts`: how many there are
 * of which nothing is read.
 */
export function lookAtOthers(
  others: readonly NamedJournal<LiveJournal>[],
  isIdle: boolean,
  unreadHosts: number,
  problem: ProblemSlot,
): void {
  const troubles = others.flatMap(({ name, journal }) => {
    const trouble = journal.inspect(isIdle);
    return trouble === undefined ? [] : [`${name}: ${trouble.message}`];
  });
  const all =
    unreadHosts === 0 ? troubles : [...troubles, `Remote=*: ${unreadHosts} hosts too many, which are not read`];
  if (all.length === 0) problem.over();
  else problem.met(new F2bError('JOURNAL_OTHER', all.join('; ')));
}
