/** Callers that wait until the firewall has done what they asked for. Invariant: each hears exactly once. */
import { F2bError } from '../errors.js';
import type { Claim } from './claims.js';

/** What a firewall says of a claim. */
export interface Standing {
  isHeld(claim: Claim): boolean;
  /** Nothing is left to be done for it. */
  isSettled(claim: Claim): boolean;
  /** The firewall will not take it. */
  isRefused(claim: Claim): boolean;
}

interface Waiter {
  /** So many of its claims are not settled yet. */
  left: number;
  readonly resolve: () => void;
  readonly reject: (error: F2bError) => void;
}

export class Waiters {
  readonly #byClaim = new Map<string, { readonly claim: Claim; readonly waiters: Waiter[] }>();
  #untilIdle: Waiter[] = [];

  /** Those that somebody waits for. */
  claims(): readonly Claim[] {
    return [...this.#byClaim.values()].map(({ claim }) => claim);
  }

  /** Resolves when all the claims are settled. */
  add(claims: readonly Claim[]): Promise<void> {
    const distinct = new Map(claims.map((claim) => [claim.key, claim]));
    if (distinct.size === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter = { left: distinct.size, resolve, reject };
      for (const [key, claim] of distinct) {
        const entry = this.#byClaim.get(key) ?? { claim, waiters: [] };
        entry.waiters.push(waiter);
        this.#byClaim.set(key, entry);
      }
    });
  }

  /** Resolves when nothing is left to do. */
  untilIdle(): Promise<void> {
    return new Promise((resolve, reject) => this.#untilIdle.push({ left: 0, resolve, reject }));
  }

  /** Lets go those of whose claims the last is settled, once `after` is done too; a refused claim is an error. */
  settle(claims: Iterable<Claim>, standing: Omit<Standing, 'isHeld'>, after: Promise<void> = Promise.resolve()): void {
    for (const claim of claims) {
      const entry = this.#byClaim.get(claim.key);
      if (entry === undefined || !standing.isSettled(claim)) continue;
      this.#byClaim.delete(claim.key);
      const refusal = standing.isRefused(claim) ? new F2bError('FIREWALL_REFUSED', claim.address.text) : undefined;
      for (const waiter of entry.waiters) {
        waiter.left -= 1;
        if (refusal !== undefined) waiter.reject(refusal);
        else if (waiter.left === 0) void after.then(waiter.resolve);
      }
    }
  }

  idle(): void {
    for (const { resolve } of this.#untilIdle.splice(0)) resolve();
  }

  fail(error: F2bError): void {
    const waiting = [...this.#byClaim.values()].flatMap(({ waiters }) => waiters);
    this.#byClaim.clear();
    for (const { reject } of [...waiting, ...this.#untilIdle.splice(0)]) reject(error);
  }
}
