import type { FleetLimits } from '../../src/config/fleet.js';
import { FOREVER } from '../../src/core/time.js';

const HOUR = 3_600_000_000;

/** Limits that nothing comes near, and one reporter is enough, but for what a test says. */
export function fleetLimits(own: Partial<FleetLimits> = {}): FleetLimits {
  return {
    ...{ minReporters: 1, within: HOUR, minAge: 0, maxBansPerHost: 1_000, maxBansPerMinute: 1_000, maxBans: 10_000 },
    ...{ maxPrefixIPv4: 24, maxPrefixIPv6: 48, maxBanTime: FOREVER, ...own },
  };
}
