/**
 * Effects folded into what remains to be written: what to delete, then what to put.
 * Invariant: deleting first and putting afterwards leaves the same rows as applying the effects one by one.
 */
import type { Address } from '../../core/address/address.js';
import type { Ban } from '../../core/ban.js';
import { lastingEffects } from '../../core/deciding/lasting-effects.js';
import type { Effect } from '../../core/effect.js';
import type { Failure } from '../../core/failure.js';
import type { Offender } from '../../core/offender.js';

/** A primary key, or its first columns. */
export type Key = readonly string[];

/** Failures of `jail` logged at or before `before` (µs) are no longer counted. */
export interface Expiry {
  readonly jail: string;
  readonly before: number;
}

export interface Changes {
  readonly expiries: readonly Expiry[];
  readonly clearedFailures: readonly Key[];
  readonly failures: readonly Failure[];
  readonly unbanned: readonly Key[];
  readonly bans: readonly Ban[];
  readonly deletedOffenders: readonly Key[];
  readonly offenders: readonly Offender[];
}

/** Folds the effects in the order they were decided. */
export function foldEffects(effects: readonly Effect[]): Changes {
  const expiries = new Map<string, number>();
  const clearedFailures: Key[] = [];
  const failures: Failure[] = [];
  const unbanned: Key[] = [];
  const bans: Ban[] = [];
  const deletedOffenders: Key[] = [];
  const offenders: Offender[] = [];
  for (const effect of lastingEffects(effects)) {
    switch (effect.kind) {
      case 'failure':
        failures.push(effect.failure);
        break;
      case 'clear-failures':
        clearedFailures.push(keyOf(effect));
        break;
      case 'expire-failures':
        expiries.set(effect.jail, Math.max(effect.before, expiries.get(effect.jail) ?? effect.before));
        break;
      case 'ban':
        bans.push(effect.ban);
        break;
      case 'unban':
        unbanned.push(keyOf(effect.ban));
        break;
      case 'offender':
        offenders.push(effect.offender);
        break;
      case 'delete-offender':
        deletedOffenders.push(keyOf(effect));
        break;
      case 'spared':
        break;
      default:
        effect satisfies never;
    }
  }
  const merged = [...expiries].map(([jail, before]) => ({ jail, before }));
  return { expiries: merged, clearedFailures, failures, unbanned, bans, deletedOffenders, offenders };
}

function keyOf({ jail, address }: { readonly jail: string; readonly address: Address }): Key {
  return [jail, address.text];
}
