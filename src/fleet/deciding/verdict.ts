/** What is to be done here about an address for the sake of the fleet. */
import type { FleetLimits } from '../../config/fleet.js';
import type { Address } from '../../core/address/address.js';
import type { Report } from '../../core/report.js';
import type { Allowance } from './change.js';
import { agreedEnd, type Claim, isOldEnough, reasonOf } from './claim.js';

/** Whether an address is to be banned here, or why not. */
export type Verdict =
  | { readonly kind: 'ban'; readonly report: Report }
  | {
      readonly kind: 'none';
      readonly why: 'nobody' | 'too-few' | 'too-young' | 'lifted-here' | 'paused' | 'not-applied';
    }
  /** It would shut out this member. */
  | { readonly kind: 'none'; readonly why: 'member'; readonly host: string }
  /** An administrator spares it, or a part of it. */
  | { readonly kind: 'none'; readonly why: 'allowed'; readonly allowance: Allowance };

/** What claims of an address that no person of this host lifted lead to at `now`, µs since the epoch. */
export function verdictOn(address: Address, standing: readonly Claim[], now: number, limits: FleetLimits): Verdict {
  const counting = standing.filter((claim) => isOldEnough(claim, now, limits));
  const until = agreedEnd(counting, limits);
  if (until !== undefined) return { kind: 'ban', report: { address, until, reason: reasonOf(counting) } };
  return { kind: 'none', why: agreedEnd(standing, limits) === undefined ? 'too-few' : 'too-young' };
}
