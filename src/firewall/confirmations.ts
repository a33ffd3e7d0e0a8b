/**
 * Bans and unbans that were asked for, and what happens once the firewall confirms them: who asked hears of it, and the
 * open connections of a new ban are cut.
 * Invariant: connections are cut after the ban is held, so none is opened again; and before who asked hears of it.
 */

import type { Claim, ClaimChange } from './claims.js';
import type { ConnectionKiller } from './connection-killer.js';
import { type Standing, Waiters } from './waiters.js';

export class Confirmations {
  /** Those who asked, and who wait until nothing is left to do. */
  readonly waiters = new Waiters();
  readonly #killer: ConnectionKiller;
  /** New bans that the firewall has not confirmed. */
  readonly #unconfirmed = new Map<string, Claim>();

  constructor(killer: ConnectionKiller) {
    this.#killer = killer;
  }

  /** Somebody asked for these changes, now. */
  asked(changes: readonly ClaimChange[]): void {
    for (const { claim, isWanted } of changes) {
      if (isWanted) this.#unconfirmed.set(claim.key, claim);
      else this.withdrawn(claim);
    }
  }

  /** It is not wanted any more. */
  withdrawn({ key }: Claim): void {
    this.#unconfirmed.delete(key);
  }

  /** A new ban that was not confirmed yet. */
  isNew({ key }: Claim): boolean {
    return this.#unconfirmed.has(key);
  }

  /** What a confirmation may be for: all, or those of these keys. */
  awaited(keys?: readonly string[]): readonly Claim[] {
    if (keys === undefined) return [...this.#unconfirmed.values(), ...this.waiters.claims()];
    return keys.flatMap((key) => this.#unconfirmed.get(key) ?? this.waiters.claim(key) ?? []);
  }

  /** Something may have changed for these claims. */
  progress(claims: Iterable<Claim>, standing: Standing): void {
    const confirmed = [...claims].filter((claim) => this.isNew(claim) && standing.isHeld(claim));
    for (const { key } of confirmed) this.#unconfirmed.delete(key);
    const cut = confirmed.length === 0 ? undefined : this.#killer.cut(confirmed);
    this.waiters.settle(claims, standing, cut);
  }
}
