/** A ban and its causes as `f2bctl why` shows them. */
import type { Address } from '../core/address/address.js';
import type { Ban, ReplacedBan } from '../core/ban.js';
import type { Outlook } from '../core/deciding/outlook.js';
import type { Failure } from '../core/failure.js';
import type { IneffectiveCause } from '../core/ineffective-cause.js';
import type { Offender } from '../core/offender.js';

/** A ban with whether the firewall holds it. */
export interface BanView {
  readonly ban: Ban;
  readonly state: 'pending' | 'enforced';
  /** Of a ban that was just asked for: the one that was in force in its place. */
  readonly replaced?: ReplacedBan;
}

/** That a ban does not keep its address out: failures since the firewall holds it, and the last of them. */
export interface IneffectiveBan {
  readonly failures: number;
  /** µs since the epoch. */
  readonly last: number;
  readonly cause: IneffectiveCause;
}

/** A ban of an address, and what of the firewall enforces it: each of it in words, nothing for one that is pending. */
export interface ExplainedBan extends BanView {
  readonly enforcedBy: readonly string[];
  readonly ineffective?: IneffectiveBan;
}

/** What `f2bctl why` shows: the bans of an address, its counted failures, and the entries behind them. */
export interface Explanation {
  readonly address: Address;
  readonly bans: readonly ExplainedBan[];
  readonly failures: readonly Failure[];
  readonly offenders: readonly Offender[];
  /** What else could be decided, jail by jail, those first that have counted or banned; of an address that is near none. */
  readonly outlooks: readonly Outlook[];
  /** The zone of the firewall that spares it. */
  readonly zone?: string;
  /** The entries behind bans and failures, oldest first; `line` is undefined when journald has vacuumed it. */
  readonly entries: readonly { readonly cursor: string; readonly at?: number; readonly line?: string }[];
  /** True when there are more bans, failures or entries than an answer holds: of a prefix, usually. */
  readonly more: boolean;
}
