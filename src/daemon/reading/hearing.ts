/**
 * Proves that the agent hears. Now and then, and after a silence, it writes an entry that must come back through the
 * reader. If the entry does not, the journal is opened anew. If the next one does not either, that is a problem until one
 * comes back. A known reason why entries are not heard is a problem at once.
 */
import type { Entry } from '../../core/entry.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { LiveJournal } from '../../ports/journal.js';
import type { SelfCheck } from '../../ports/self-check.js';
import { createProblemSlot } from '../problems/problem-slot.js';
import type { Problems } from '../problems/problems.js';

/** Time between two checks, µs: each costs an idle machine one wake-up. */
const EVERY = 300 * MICROS_PER_SECOND;
/** Silence after which a check is due earlier, if somebody was heard since the last check, µs. */
const QUIET = 60 * MICROS_PER_SECOND;
/** How long a check is waited for, µs. journald itself takes half a second. */
const TIMEOUT = 10 * MICROS_PER_SECOND;
/** The same while others are heard: only the agent's own entries are kept out then. */
const LONG_TIMEOUT = 120 * MICROS_PER_SECOND;

export interface Hearing {
  /** Takes note of what was read, and returns it without the agent's own checks. */
  heard(entries: readonly Entry[]): readonly Entry[];
  /** To be called every few seconds, best when the agent is awake anyway. */
  look(): void;
}

interface Parts {
  readonly clock: Clock;
  readonly problems: Problems;
  /** Without it, only what is known to be wrong is told. */
  readonly selfCheck: SelfCheck | undefined;
  readonly journal: () => Pick<LiveJournal, 'inspect'>;
  /** True while entries are read that came before. */
  readonly isBusy: () => boolean;
  /** Opens the journal anew and goes on. */
  readonly reopen: () => void;
}

/** The check that has not come back yet. */
interface Awaited {
  readonly since: number;
  /** The journal was opened anew for it. */
  readonly isSecond: boolean;
}

export function createHearing({ clock, problems, selfCheck, journal, isBusy, reopen }: Parts): Hearing {
  const known = createProblemSlot(problems);
  const deaf = createProblemSlot(problems);
  let number = 0;
  let lastHeard = 0;
  let awaited: Awaited | undefined;
  /** When anything was heard last, when others were, and when a check came back. */
  let at = { any: clock.elapsed(), others: Number.NEGATIVE_INFINITY, check: Number.NEGATIVE_INFINITY };

  const send = (isSecond: boolean): boolean => {
    number += 1;
    awaited = { since: clock.elapsed(), isSecond };
    return selfCheck?.send(number) ?? true;
  };

  const isDue = (now: number) => now - at.check >= EVERY || (at.others > at.check && now - at.any >= QUIET);

  const isOverdue = ({ since }: Awaited, now: number) =>
    now - since >= TIMEOUT && !isBusy() && (at.any < since || now - since >= LONG_TIMEOUT);

  /** The journal does not give the check back: it is opened anew, and told when that did not help before. */
  const tryAgain = ({ isSecond }: Awaited, isExplained: boolean) => {
    const isTaken = send(true);
    if (isExplained) deaf.over();
    else if (isSecond) deaf.met(new F2bError('JOURNAL_DEAF', isTaken ? undefined : 'journald does not take it'));
    reopen();
  };

  const cameBack = (latest: number) => {
    if (latest <= lastHeard) return;
    lastHeard = latest;
    awaited = undefined;
    at = { ...at, check: clock.elapsed() };
    deaf.over();
  };

  return {
    heard(entries) {
      if (entries.length === 0) return entries;
      const now = clock.elapsed();
      const others = selfCheck === undefined ? entries : entries.filter((entry) => !selfCheck.isOne(entry));
      if (entries.some(isOwn)) at = { ...at, any: now, others: others.some(isOwn) ? now : at.others };
      if (others.length < entries.length)
        cameBack(Math.max(...entries.map((entry) => selfCheck?.numberOf(entry) ?? 0)));
      return others;
    },
    look() {
      const now = clock.elapsed();
      const isLate = awaited !== undefined && isOverdue(awaited, now);
      const trouble = journal().inspect(!isBusy());
      if (trouble === undefined) known.over();
      else known.met(trouble);
      if (selfCheck === undefined) return;
      if (awaited !== undefined && isLate) tryAgain(awaited, keepsAllOut(trouble));
      else if (awaited === undefined && isDue(now)) send(false);
    },
  };
}

/** What comes from other journals does not say that the machine's own is heard. */
function isOwn({ source }: Entry): boolean {
  return source === undefined;
}

/** True of what alone explains that nothing is heard. */
function keepsAllOut(trouble: F2bError | undefined): boolean {
  return trouble !== undefined && trouble.code !== 'JOURNAL_UNWATCHED';
}
