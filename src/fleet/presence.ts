/**
 * Tells others that this host is there, each time in the place of what it told before. Invariant: when that is not there any
 * more, somebody has had the servers remove or write over words, and all of this host's are told again.
 */
import { createSerialQueue } from '../async/serial-queue.js';
import { type Address, isSingle } from '../core/address/address.js';
import { isOfOneLink } from '../core/address/one-link.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports/clock.js';
import { memberInterval } from './deciding/member-interval.js';
import { type CountOffer, encodeContent, MOST_ADDRESSES } from './messages/message.js';
import { subjectText } from './messages/subject.js';
import type { Place, Session } from './session.js';
import type { StreamClock } from './stream-clock.js';

export interface Presence {
  /** Tells it when it is time; to be called every minute, and with a new connection. */
  tellWhenDue(): void;
  /** Tells it now; rejects when that fails. */
  tellNow(session: Session): Promise<void>;
}

/** What a host tells of itself beside its name. */
export interface OwnState {
  /** It has read the stream up to here. */
  readonly sequence: number;
  /** How many bans of others are in force here. */
  readonly applied: number;
  /** How many members it knows. */
  readonly members: number;
  readonly offer: CountOffer | undefined;
  /** It counts failures for others, or is to when others are gone. */
  readonly isInLine: boolean;
}

interface Parts {
  readonly host: string;
  readonly version: string;
  readonly clock: Clock;
  readonly streamClock: StreamClock;
  readonly ownAddresses: () => readonly Address[];
  /** Undefined while there is none. */
  readonly session: () => Session | undefined;
  readonly state: () => OwnState;
  /** Words of this host are gone: they are to be told again. */
  readonly gone: () => Promise<void>;
}

/** What was told last: where in which stream, when by the clock's elapsed time, and after how long again; µs. */
interface Told extends Place {
  readonly at: number;
  readonly interval: number;
}

/** Half of the time between two calls: they come a little early or late. */
const EARLY = 30 * MICROS_PER_SECOND;

export function createPresence(parts: Parts): Presence {
  const { host, version, clock, streamClock, ownAddresses, state } = parts;
  const subject = subjectText({ kind: 'member', host });
  const inTurn = createSerialQueue();
  let told: Told | undefined;

  const currentInterval = () => {
    const { members, isInLine } = state();
    return memberInterval(members, isInLine);
  };
  const isDue = ({ stream }: Session) =>
    told?.stream !== stream.id || clock.elapsed() - told.at >= Math.min(told.interval, currentInterval()) - EARLY;

  const publish = (session: Session, interval: number, replacing?: number) => {
    const addresses = ownAddresses()
      .filter((own) => isSingle(own) && !isOfOneLink(own))
      .slice(0, MOST_ADDRESSES);
    const { sequence, applied, offer: count } = state();
    const at = clock.now();
    streamClock.sent(at);
    const content = { at, version, addresses, sequence, applied, interval, ...(count && { count }) };
    const data = encodeContent({ kind: 'member', ...content });
    return session.publish(subject, data, `${host} ${at} ${replacing ?? ''}`, replacing);
  };

  const tellDue = async () => {
    const session = parts.session();
    if (session === undefined || !isDue(session)) return;
    const { id: stream } = session.stream;
    const replacing = told?.stream === stream ? told.sequence : undefined;
    told = undefined;
    const [at, interval] = [clock.elapsed(), currentInterval()];
    const again = () => parts.gone().then(() => publish(session, interval));
    const sequence = (await publish(session, interval, replacing)) ?? (await again());
    if (sequence !== undefined) told = { stream, sequence, at, interval };
  };
  return {
    tellWhenDue() {
      // It is told again before long; what is wrong with the connection, reading it tells.
      inTurn(tellDue).catch(() => {});
    },
    async tellNow(session) {
      await inTurn(() => publish(session, currentInterval()));
    },
  };
}
