/**
 * Takes in what the fleet's stream says. Invariant: a place in the stream is stored with all that was decided up to it,
 * before anything of it is carried out. What is decided next is while the last is stored, and stored after it.
 */
import type { Address } from '../core/address/address.js';
import type { Change } from './deciding/change.js';
import type { FleetDecider } from './deciding/fleet-decider.js';
import type { FleetStore } from './fleet-store.js';
import type { ReadMessage } from './messages/message.js';
import type { RefusalCount } from './refusal-count.js';
import type { Place, StreamState } from './session.js';
import type { StreamClock } from './stream-clock.js';

export interface Inbound {
  /** How far the stream was read. */
  readonly place: Place;
  readonly lag: Lag;
  /** Reading this stream begins: at its start, if it is another one than before. All in force is told to it then. */
  begin(stream: StreamState): Promise<void>;
  /** Resolves when there is time for more: when those before these are stored and carried out. */
  take(messages: readonly ReadMessage[]): Promise<void>;
  /** Stores what was decided without a message. */
  store(changes: readonly Change[]): Promise<void>;
}

/** How far reading is behind the stream, as far as is known. */
export interface Lag {
  readonly messages: number;
  /** When the servers got the message that was read last, µs since the epoch; 0 before the first. */
  readonly readUpTo: number;
}

interface Parts {
  readonly decider: FleetDecider;
  readonly store: Pick<FleetStore, 'decided' | 'publishAgain'>;
  readonly touched: (addresses: readonly Address[]) => void;
  /** These were dealt with. */
  readonly heard: (messages: readonly ReadMessage[]) => void;
  readonly refusals: RefusalCount;
  readonly clock: StreamClock;
  /** The clock turned out to be another one: what rests on it is to be looked at again. */
  readonly reset: () => void;
  /** What was taken in cannot be stored. */
  readonly failed: (cause: unknown) => void;
}

/** Messages that changed nothing are stored with the next that does, or when they are so many. */
const UNSTORED = 1_000;

export function createInbound(
  { decider, store, touched, heard, refusals, clock, reset, failed }: Parts,
  saved: Place | undefined,
): Inbound {
  let place: Place = saved ?? { stream: '', sequence: 0 };
  let stored = place.sequence;
  let lag: Lag = { messages: 0, readUpTo: 0 };
  /** Until the portion that was taken last is stored and carried out. */
  let last: Promise<void> = Promise.resolve();

  const commit = async (changes: readonly Change[]): Promise<void> => {
    const { sequence } = place;
    await store.decided(changes, place);
    stored = sequence;
  };
  /** What this host banned itself has the times of its own clock. */
  const byOwnClock = (change: Change): Change =>
    change.kind === 'withdrawn-here' ? { ...change, before: change.before - clock.ahead } : change;
  const decide = (messages: readonly ReadMessage[]) => {
    const changes: Change[] = [];
    const addresses: Address[] = [];
    let isReset = false;
    for (const message of messages) {
      const decided = decider.receive(message);
      for (const change of decided.changes) changes.push(byOwnClock(change));
      if (clock.heard(message)) {
        changes.push({ kind: 'clock', ahead: clock.ahead });
        isReset = true;
      }
      addresses.push(...decided.touched);
      if (decided.refusal !== undefined) refusals.note(decided.refusal);
      place = { ...place, sequence: message.sequence };
      lag = { messages: message.pending, readUpTo: message.receivedAt };
    }
    return { changes, addresses, isReset };
  };
  return {
    get place() {
      return place;
    },
    get lag() {
      return lag;
    },
    async begin({ id, last: end }) {
      lag = { ...lag, messages: Math.max(0, end - (id === place.stream ? place.sequence : 0)) };
      const isSame = id === place.stream && end >= place.sequence;
      if (isSame) return;
      // First: once the place is stored, nobody would think of it any more.
      await store.publishAgain();
      place = { stream: id, sequence: 0 };
      await commit(decider.beginAnew());
    },
    take(messages) {
      const { changes, addresses, isReset } = decide(messages);
      const earlier = last;
      const isStored = changes.length > 0 || place.sequence - stored >= UNSTORED;
      const storing = isStored ? commit(changes) : earlier;
      last = storing.then(() => {
        if (addresses.length > 0) touched(addresses);
        heard(messages);
        if (isReset) reset();
      });
      last.catch(failed);
      return earlier;
    },
    store: commit,
  };
}
