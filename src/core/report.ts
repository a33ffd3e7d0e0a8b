/** What other hosts of the fleet banned, as it is reported to the decider: each is banned here or refused for itself. */
import type { Address } from './address/address.js';
import { type Ban, FLEET_JAIL } from './ban.js';
import type { Effect } from './effect.js';
import type { RefusedAddress } from './order.js';

export interface Report {
  readonly address: Address;
  /** µs since the epoch; FOREVER for a permanent ban. */
  readonly until: number;
  /** Which jails of which hosts banned it. */
  readonly reason: string;
}

export interface ReportAnswer {
  readonly refusals: readonly RefusedAddress[];
  readonly effects: readonly Effect[];
}

/** The ban that a report leads to at `now`, µs since the epoch. */
export function reportedBan({ address, until, reason }: Report, now: number): Ban {
  return {
    ...{ jail: FLEET_JAIL, address, since: now, until, disposition: 'drop', ports: [] },
    ...{ origin: 'fleet', count: 1, failures: 0, evidence: [], reason },
  };
}

/** True when the ban says nothing else than the report. */
export function isAsReported(ban: Ban | undefined, { until, reason }: Report): boolean {
  return ban !== undefined && ban.until === until && ban.reason === reason;
}
