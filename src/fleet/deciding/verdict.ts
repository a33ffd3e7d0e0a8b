/** What is to be done here about an address for the sake of the fleet. */
import type { Report } from '../../core/report.js';
import type { Allowance } from './change.js';

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
