/** Builds what tests of the core start from: addresses, failures, limits, and a memory that effects are applied to. */
import assert from 'node:assert/strict';
import { type Address, covers, parseAddress } from '../../src/core/address/address.js';
import type { Ban } from '../../src/core/ban.js';
import { createDecider, type Decider, type DeciderOptions } from '../../src/core/deciding/decider.js';
import type { Effect } from '../../src/core/effect.js';
import type { Failure } from '../../src/core/failure.js';
import type { Memory } from '../../src/core/memory.js';
import type { Offender } from '../../src/core/offender.js';
import type { JailSettings } from '../../src/core/settings.js';

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const DAY = 1440 * MINUTE;

export function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed, `${text} is an address`);
  return parsed;
}

let cursors = 0;

/** A failure of `text` at `at`, from an entry of its own. */
export function failure(text: string, at: number, more: Partial<Failure> = {}): Failure {
  cursors += 1;
  const cursor = `c${String(cursors).padStart(9, '0')}`;
  return { jail: 'sshd', address: address(text), at, cursor, evidence: [cursor], count: 1, ...more };
}

/** Three failures in ten minutes, ten minutes' ban, single addresses, nothing else. */
export function jail(more: Partial<JailSettings> = {}): JailSettings {
  return {
    name: 'sshd',
    maxretry: 3,
    findtime: 10 * MINUTE,
    bantime: 10 * MINUTE,
    disposition: 'drop',
    ports: [],
    increment: undefined,
    offenderMemory: DAY,
    ipv4Prefix: 32,
    ipv6Prefix: 64,
    aggregateAfter: undefined,
    maxretryUser: undefined,
    resetOnSuccess: false,
    recidive: false,
    ...more,
  };
}

export const nothing: Memory = { failures: [], offenders: [], bans: [] };

export function decider(jails: readonly JailSettings[], more: Partial<DeciderOptions> = {}): Decider {
  return createDecider({ jails, snapshot: nothing, random: () => 0, spared: () => undefined, ...more });
}

/** Effects in short: `ban sshd 192.0.2.1`, for tables of expectations. */
export function brief(effects: readonly Effect[]): string[] {
  return effects.map(briefly);
}

function briefly(effect: Effect): string {
  switch (effect.kind) {
    case 'failure':
      return `failure ${effect.failure.jail} ${effect.failure.address.text}`;
    case 'spared':
      return `spared ${effect.failure.jail} ${effect.failure.address.text} ${effect.by}`;
    case 'ban':
      return `ban ${effect.ban.jail} ${effect.ban.address.text}`;
    case 'unban':
      return `unban ${effect.ban.jail} ${effect.ban.address.text} ${effect.cause}`;
    case 'offender':
      return `offender ${effect.offender.jail} ${effect.offender.address.text} ${effect.offender.count}`;
    case 'expire-failures':
      return `expire-failures ${effect.jail} ${effect.before}`;
    case 'clear-failures':
    case 'delete-offender':
      return `${effect.kind} ${effect.jail} ${effect.address.text}`;
  }
}

/** The store as its contract describes it: effects in, the memory for the next run out. */
export class Remembered implements Memory {
  readonly #failures = new Map<string, Failure>();
  readonly #offenders = new Map<string, Offender>();
  readonly #bans = new Map<string, Ban>();

  apply(effects: readonly Effect[]): void {
    for (const effect of effects) this.#apply(effect);
  }

  get failures(): Iterable<Failure> {
    return this.#failures.values();
  }

  get offenders(): Iterable<Offender> {
    return this.#offenders.values();
  }

  get bans(): Iterable<Ban> {
    return this.#bans.values();
  }

  #apply(effect: Effect): void {
    switch (effect.kind) {
      case 'failure':
        this.#failures.set(keyOf(effect.failure, effect.failure.cursor), effect.failure);
        return;
      case 'clear-failures':
        this.#dropFailures((f) => f.jail === effect.jail && f.address.text === effect.address.text);
        return;
      case 'expire-failures':
        this.#dropFailures((f) => f.jail === effect.jail && f.at <= effect.before);
        return;
      case 'ban':
        this.#bans.set(keyOf(effect.ban), effect.ban);
        return;
      case 'unban':
        this.#bans.delete(keyOf(effect.ban));
        return;
      case 'offender':
        this.#offenders.set(keyOf(effect.offender), effect.offender);
        return;
      case 'delete-offender':
        this.#offenders.delete(keyOf(effect));
        return;
      case 'spared':
        return;
    }
  }

  #dropFailures(isDropped: (failure: Failure) => boolean): void {
    for (const [key, held] of this.#failures) if (isDropped(held)) this.#failures.delete(key);
  }
}

function keyOf({ jail, address }: { readonly jail: string; readonly address: Address }, cursor = ''): string {
  return [jail, address.text, cursor].join(' ');
}

/** A memory as one comparable value, whatever the order it was written in. */
export function exported(memory: Memory): readonly string[] {
  return [
    ...[...memory.failures].map((one) => `failure ${canonical(one)}`),
    ...[...memory.offenders].map((one) => `offender ${canonical(one)}`),
    ...[...memory.bans].map((one) => `ban ${canonical(one)}`),
  ].sort();
}

/** JSON with sorted keys and addresses as texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'number') return String(part);
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    if ('w0' in part && 'text' in part) return part.text;
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

/** What a decider remembers, in the same form. */
export function exportedBy(subject: Decider): readonly string[] {
  return exported({ failures: subject.failures(), offenders: subject.offenders(), bans: subject.bans() });
}

/** True when one of the bans covers the address. */
export function isBanned(subject: Decider, text: string): boolean {
  return [...subject.bans()].some((ban) => covers(ban.address, address(text)));
}
