/**
 * Effects folded into what remains to be written: what to delete, then what to put.
 * Invariant: deleting first and putting afterwards leaves the same rows as applying the effects one by one.
 */
import type { Address } from '../core/address.js';
import type { Ban } from '../core/ban.js';
import type { Effect } from '../core/effect.js';
import type { Failure } from '../core/failure.js';
import type { Offender } from '../core/offender.js';

/** A primary key, or its first columns. */
export type Key = readonly string[];

/** Failures of `jail` logged at or before `before` (µs) are no longer counted. */
export interface Expiry {
  readonly jail: string;
  readonly before: number;
}

export interface Changes {
  readonly expiries: readonly Expiry[];
  readonly forgotten: readonly Key[];
  readonly failures: readonly Failure[];
  readonly unbanned: readonly Key[];
  readonly bans: readonly Ban[];
  readonly forgiven: readonly Key[];
  readonly offenders: readonly Offender[];
}

/** Folds the effects in the order they were decided. */
export function foldEffects(effects: readonly Effect[]): Changes {
  const { expiries, expired } = expire(effects);
  const failures = pending<Map<string, Failure>>();
  const bans = pending<Ban>();
  const offenders = pending<Offender>();
  for (const effect of effects) {
    switch (effect.kind) {
      case 'failure':
        if (!expired.has(effect)) addFailure(failures.put, effect.failure);
        break;
      case 'forget':
        failures.drop(effect.jail, effect.address);
        break;
      case 'ban':
        bans.put.set(keyText(effect.ban.jail, effect.ban.address), effect.ban);
        break;
      case 'unban':
        bans.drop(effect.ban.jail, effect.ban.address);
        break;
      case 'offender':
        offenders.put.set(keyText(effect.offender.jail, effect.offender.address), effect.offender);
        break;
      case 'forgive':
        offenders.drop(effect.jail, effect.address);
        break;
      case 'expire-failures':
      case 'spared':
        break;
      default:
        effect satisfies never;
    }
  }
  return {
    expiries: [...expiries].map(([jail, before]) => ({ jail, before })),
    forgotten: [...failures.dropped.values()],
    failures: [...failures.put.values()].flatMap((ofAddress) => [...ofAddress.values()]),
    unbanned: [...bans.dropped.values()],
    bans: [...bans.put.values()],
    forgiven: [...offenders.dropped.values()],
    offenders: [...offenders.put.values()],
  };
}

/** What is to be put and dropped in one table, by jail and address. */
interface Pending<T> {
  readonly put: Map<string, T>;
  readonly dropped: Map<string, Key>;
  drop(jail: string, address: Address): void;
}

function pending<T>(): Pending<T> {
  const put = new Map<string, T>();
  const dropped = new Map<string, Key>();
  return {
    put,
    dropped,
    drop: (jail, address) => {
      const text = keyText(jail, address);
      put.delete(text);
      dropped.set(text, [jail, address.text]);
    },
  };
}

/** An address holds no space, so the pair cannot be mistaken for another. */
function keyText(jail: string, address: Address): string {
  return `${address.text} ${jail}`;
}

function addFailure(put: Map<string, Map<string, Failure>>, failure: Failure): void {
  const key = keyText(failure.jail, failure.address);
  const ofAddress = put.get(key) ?? new Map<string, Failure>();
  ofAddress.set(failure.cursor, failure);
  put.set(key, ofAddress);
}

/**
 * The latest expiry of each jail, and the failures that a later one takes back. Found from the last effect to the first,
 * as in a storm there are as many expiries as failures.
 */
function expire(effects: readonly Effect[]) {
  const expiries = new Map<string, number>();
  const expired = new Set<Effect>();
  for (const effect of effects.toReversed()) {
    if (effect.kind === 'expire-failures') {
      expiries.set(effect.jail, Math.max(effect.before, expiries.get(effect.jail) ?? effect.before));
    } else if (effect.kind === 'failure' && effect.failure.at <= (expiries.get(effect.failure.jail) ?? 0)) {
      expired.add(effect);
    }
  }
  return { expiries, expired };
}
