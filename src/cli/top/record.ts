/** What the screen shows, for programs: see f2bctl(1). */
import type { Figures } from './figures.js';

const MOST_COUNTS = 100;
const MOST_EVENTS = 100;

/** `now` in µs since the epoch. */
export function topRecord({ status, rates, jails, busiest, events, troubles }: Figures, now: number): object {
  return {
    at: now,
    state: status.state,
    entriesPerSecond: rates.entries,
    failuresPerSecond: rates.failures,
    banned: jails.reduce((sum, { banned }) => sum + banned, 0),
    jails,
    addresses: busiest.addresses.slice(0, MOST_COUNTS),
    networks: busiest.networks.slice(0, MOST_COUNTS),
    users: busiest.users.slice(0, MOST_COUNTS),
    events: events.slice(0, MOST_EVENTS).map(({ at, kind, jail, address, message }) => ({
      ...{ at, event: kind, jail, message },
      ...(address === undefined ? {} : { address }),
    })),
    troubles,
  };
}
