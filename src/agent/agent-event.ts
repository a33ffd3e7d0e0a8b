/** Everything the agent tells: to the journal, to listeners on the bus, to `f2bctl log`. */
import type { Address } from '../core/address/address.js';
import type { Ban, ReplacedBan } from '../core/ban.js';
import type { SparedBy, UnbanCause } from '../core/effect.js';
import type { Failure } from '../core/failure.js';
import type { IneffectiveCause } from '../core/ineffective-cause.js';
import type { F2bError } from '../errors.js';
import type { Reconciliation } from '../ports/firewall.js';

/** What the agent tells the outside about. Each kind has a MESSAGE_ID of its own (notify/message-ids.ts). */
export type AgentEvent =
  | { readonly kind: 'started'; readonly jails: number; readonly bans: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'reloaded'; readonly jails: number }
  /**
   * What a jail is given until the configuration is read again, `KEY=VALUE`; none when that has ended it. `by`: the number
   * of the user who asked for it.
   */
  | { readonly kind: 'set'; readonly jail: string; readonly settings: readonly string[]; readonly by?: number }
  /** `counted`: the failures of the address within findtime, this one included. */
  | { readonly kind: 'failure'; readonly failure: Failure; readonly counted: number; readonly maxretry: number }
  /**
   * Failures of a jail that were not told one by one (LogFailures=summary). `addresses`: of how many addresses, ten
   * thousand at the most; `first`, `last`: when they were logged, µs since the epoch.
   */
  | {
      readonly kind: 'failures';
      readonly jail: string;
      readonly failures: number;
      readonly addresses: number;
      readonly first: number;
      readonly last: number;
    }
  /** `zone`: for `firewall-zone`, the one whose source it is. */
  | { readonly kind: 'spared'; readonly failure: Failure; readonly by: SparedBy; readonly zone?: string }
  /**
   * `replaced`: the ban that was in force in its place, when a person asked for another. `by`: the number of the user
   * who asked for it. `user`: the account that the failure tried which led to it.
   */
  | {
      readonly kind: 'ban';
      readonly ban: Ban;
      readonly replaced?: ReplacedBan;
      readonly by?: number;
      readonly user?: string;
    }
  | { readonly kind: 'unban'; readonly ban: Ban; readonly cause: UnbanCause; readonly by?: number }
  /** The firewall confirmed the ban; `latency` is µs since the entry that caused it was received. */
  | { readonly kind: 'enforced'; readonly ban: Ban; readonly latency: number }
  /** An address goes on failing though the firewall holds its ban; told once for a ban. `failures`: those since then. */
  | { readonly kind: 'ineffective'; readonly ban: Ban; readonly failures: number; readonly cause: IneffectiveCause }
  | { readonly kind: 'reconciled'; readonly reconciliation: Reconciliation }
  /** Journald dropped messages of a unit (rate limit): an attack may hide behind it. */
  | {
      readonly kind: 'suppressed';
      readonly unit: string;
      readonly cursor: string;
      readonly dropped: number | undefined;
    }
  /** A host name was looked up to find whom to count failures of (UseDNS=warn); told once for each name. */
  | {
      readonly kind: 'looked-up';
      readonly jail: string;
      readonly name: string;
      readonly addresses: readonly Address[];
      readonly cursor: string;
    }
  /**
   * A failure counts for nobody: what names its maker is no address, and no host name that resolves. Told once for each
   * name. isLast: further ones are not told.
   */
  | {
      readonly kind: 'unresolved';
      readonly jail: string;
      readonly name: string;
      readonly cursor: string;
      readonly isLast: boolean;
    }
  /** A line took longer than its budget and was passed over. */
  /** `isLast`: the regex keeps doing so, further lines of it are only counted. */
  | {
      readonly kind: 'slow-line';
      readonly jail: string;
      readonly cursor: string;
      readonly regex: string;
      readonly isLast: boolean;
    }
  /** Something is wrong and being retried, or needs a person; told once until `resolved`. */
  | { readonly kind: 'problem'; readonly error: F2bError }
  | { readonly kind: 'resolved'; readonly error: F2bError };
