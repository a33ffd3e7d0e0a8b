/**
 * The clock of the fleet's servers, as far as this host knows it: its own, and how far that is from theirs. It is known
 * from what the host tells of itself, which the servers give a time. Invariant: whoever has such a word stored again moves
 * it by no more than the word was under way.
 */
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports/clock.js';
import { type Delivered, parseMessage } from './messages/message.js';
import { subjectText } from './messages/subject.js';

export interface StreamClock extends Clock {
  /** The servers' time less that of this host, µs. */
  readonly ahead: number;
  /** A word of this host of itself is sent now; `at`: the time in it. */
  sent(at: number): void;
  /** Looks at a message that was read. True when the time is another one because of it. */
  heard(message: Delivered): boolean;
}

/** What was longer under way says too little, µs. */
const LONGEST_WAY = 60 * MICROS_PER_SECOND;
/** Less is not worth looking at all bans again, µs. */
const NOTICED = MICROS_PER_SECOND;

/** `ahead`: as it was known last. */
export function createStreamClock(clock: Clock, host: string, known: number): StreamClock {
  const subject = subjectText({ kind: 'member', host });
  let ahead = known;
  let sentAt: number | undefined;
  return {
    now: () => clock.now() + ahead,
    elapsed: () => clock.elapsed(),
    at: (at, wake) => clock.at(at - ahead, wake),
    get ahead() {
      return ahead;
    },
    sent(at) {
      sentAt = at;
    },
    heard(message) {
      if (sentAt === undefined || message.subject !== subject) return false;
      const own = parseMessage(message);
      if (own?.kind !== 'member' || own.content.at !== sentAt) return false;
      const isFresh = clock.now() - sentAt <= LONGEST_WAY;
      const found = message.receivedAt - sentAt;
      sentAt = undefined;
      if (!isFresh || Math.abs(found - ahead) < NOTICED) return false;
      ahead = found;
      return true;
    },
  };
}
