/** The agent's signals, one after the other. */
import { createAsyncQueue } from '../async/async-queue.js';
import { Malformed } from '../control/codec.js';
import { AGENT_INTERFACE, AGENT_NAME, AGENT_PATH, type SignalKind, signals } from '../control/interface.js';
import type { Bus } from '../dbus/bus.js';
import { toldBan } from './told.js';
import type { F2bEvent } from './values.js';

/** How many wait for who takes them. Some MB, and more than the agent bans in a minute. */
const WAITING = 10_000;

/** Listens at once. `streams` holds the end of it for as long as it lasts. */
export function eventsOn(bus: Pick<Bus, 'onSignal' | 'watchName'>, streams: Set<() => void>) {
  const missed = (events: number): F2bEvent => ({ kind: 'missed', events });
  const queue = createAsyncQueue<F2bEvent>({
    limit: WAITING,
    dropped: missed,
    onEnd: () => {
      for (const undo of listening) undo();
      streams.delete(queue.end);
    },
  });
  const listen = <Body extends readonly unknown[]>(
    { name, carries }: SignalKind<Body>,
    told: (...body: Body) => F2bEvent,
  ) =>
    bus.onSignal({ sender: AGENT_NAME, path: AGENT_PATH, interface: AGENT_INTERFACE, member: name }, (body) =>
      queue.push(read(() => told(...carries.decode(body))) ?? missed(1)),
    );
  const listening = [
    listen(signals.banned, (_jail, _address, ban) => ({ kind: 'ban', ban: toldBan(ban) })),
    listen(signals.unbanned, (jail, address, cause) => ({ kind: 'unban', jail, address: address.text, cause })),
    bus.watchName(AGENT_NAME, (owner) => queue.push({ kind: 'agent', isRunning: owner !== undefined })),
  ];
  streams.add(queue.end);
  return queue;
}

/** Undefined for what an agent of another version may send. */
function read(event: () => F2bEvent): F2bEvent | undefined {
  try {
    return event();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
