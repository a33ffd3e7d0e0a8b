/** What other hosts of the fleet banned, as it is reported to the decider: each is banned here or refused for itself. */
import { type Address, isWholeRange } from './address/address.js';
import { append } from './append.js';
import { type Ban, FLEET_JAIL } from './ban.js';
import type { DeciderState } from './deciding/decider-state.js';
import type { Effect, SparedBy } from './effect.js';
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

interface Circumstances {
  /** µs since the epoch. */
  readonly now: number;
  readonly spared: (address: Address) => SparedBy | undefined;
}

/** Bans what is reported, unless it is spared. What is in force as it is reported stays as it is. */
export function holdReported(
  state: DeciderState,
  reports: readonly Report[],
  { now, spared }: Circumstances,
): ReportAnswer {
  const refusals: RefusedAddress[] = [];
  const effects: Effect[] = [];
  for (const report of reports) {
    const { address, until } = report;
    const by = isWholeRange(address) ? 'everybody' : spared(address);
    if (by !== undefined) refusals.push({ address, by });
    else if (until > now && !isAsReported(state.roster.get(FLEET_JAIL, address), report))
      append(effects, state.hold(reportedBan(report, now)));
  }
  return { refusals, effects };
}

function reportedBan({ address, until, reason }: Report, now: number): Ban {
  return {
    ...{ jail: FLEET_JAIL, address, since: now, until, disposition: 'drop', ports: [] },
    ...{ origin: 'fleet', count: 1, failures: 0, evidence: [], reason },
  };
}

/** True when the ban says nothing else than the report. */
function isAsReported(ban: Ban | undefined, { until, reason }: Report): boolean {
  return ban !== undefined && ban.until === until && ban.reason === reason;
}
