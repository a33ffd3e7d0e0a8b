/** Callers that wait until the firewall has done what they asked for. Invariant: each hears exactly once. */
import { F2bError } from '../errors.js';
import type { Claim } from './ledger.js';

interface Waiter {
  /** Those not settled yet; undefined: waits until nothing is left to do. */
  readonly claims: Map<string, Claim> | undefined;
  readonly resolve: () => void;
  readonly reject: (error: F2bError) => void;
}

export class Waiters {
  readonly #waiters = new Set<Waiter>();

  /** Resolves when all the claims are settled. */
  add(claims: readonly Claim[]): Promise<void> {
    return this.#wait(new Map(claims.map((claim) => [claim.key, claim])));
  }

  /** Resolves when nothing is left to do. */
  untilIdle(): Promise<void> {
    return this.#wait(undefined);
  }

  /** Lets go those whose claims are all settled, once `after` is done too; a refused claim is an error. */
  settle(isSettled: (claim: Claim) => boolean, isRefused: (claim: Claim) => boolean, after?: Promise<void>): void {
    for (const waiter of this.#waiters) {
      if (waiter.claims === undefined) continue;
      for (const claim of waiter.claims.values()) {
        if (!isSettled(claim)) continue;
        waiter.claims.delete(claim.key);
        if (isRefused(claim)) this.#end(waiter, new F2bError('FIREWALL_REFUSED', claim.address.text));
      }
      if (waiter.claims.size === 0) this.#end(waiter, undefined, after);
    }
  }

  idle(): void {
    for (const waiter of this.#waiters) if (waiter.claims === undefined) this.#end(waiter, undefined);
  }

  fail(error: F2bError): void {
    for (const waiter of this.#waiters) this.#end(waiter, error);
  }

  #wait(claims: Map<string, Claim> | undefined): Promise<void> {
    return new Promise((resolve, reject) => this.#waiters.add({ claims, resolve, reject }));
  }

  #end(waiter: Waiter, error: F2bError | undefined, after?: Promise<void>): void {
    if (!this.#waiters.delete(waiter)) return;
    if (error !== undefined) waiter.reject(error);
    else if (after === undefined) waiter.resolve();
    else void after.then(waiter.resolve);
  }
}
