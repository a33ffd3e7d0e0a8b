/** Parts of what f2b-fleetd says of itself, for f2bctl and for collectors. Pure. */
import type { FleetStatus } from '../ports/fleet-control.js';
import type { FleetDecider } from './deciding/fleet-decider.js';
import { isSilent } from './deciding/member-interval.js';
import type { Lag } from './inbound.js';
import { REFUSED } from './refusal-count.js';

/** How far this host is behind the stream at `now`, µs since the epoch. */
export function lagAt({ messages, readUpTo }: Lag, now: number): Pick<FleetStatus, 'lagMessages' | 'lagTime'> {
  const isBehind = messages > 0 && readUpTo > 0;
  return { lagMessages: messages, lagTime: isBehind ? Math.max(0, now - readUpTo) : 0 };
}

/** What was decided, and who is silent at `now`, µs since the epoch. */
export function decided(
  decider: FleetDecider,
  now: number,
): Pick<FleetStatus, 'isPaused' | 'claims' | 'members' | 'reporters' | 'allowances'> {
  return {
    isPaused: decider.isPaused,
    claims: decider.size,
    members: decider.members.map((member) => {
      const addresses = member.addresses.map(({ text }) => text);
      return { ...member, addresses, isSilent: isSilent(member, now) };
    }),
    reporters: decider.reporters.map(({ host, refused, lastRefusal }) => {
      const last = lastRefusal === undefined ? '' : REFUSED[lastRefusal];
      return { host, claims: decider.claimsOf(host), refused, lastRefusal: last };
    }),
    allowances: decider.allowances.map(({ address, until, by, reason = '' }) => {
      return { address: address.text, until, by, reason };
    }),
  };
}
