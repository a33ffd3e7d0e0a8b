/** Callers that wait until the firewall has done what they asked for. Invariant: each hears exactly once. */
import { createDeferred, type Deferred } from '../async/deferred.js';
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

export class Waiters {
  readonly #byClaim = new Map<string, { readonly claim: Claim; readonly settled: Deferred<void> }>();
  #idle: Deferred<void> | undefined;

  /** Those that somebody waits for. */
  claims(): readonly Claim[] {
    return [...this.#byClaim.values()].map(({ claim }) => claim);
  }

  /** The claim with this key, if somebody waits for it. */
  claim(key: string): Claim | undefined {
    return this.#byClaim.get(key)?.claim;
  }

  /** Resolves when all the claims are settled. */
  async add(claims: readonly Claim[]): Promise<void> {
    await Promise.all(claims.map((claim) => this.#settled(claim)));
  }

  /** Resolves when nothing is left to do. */
  untilIdle(): Promise<void> {
    this.#idle ??= createDeferred();
    return this.#idle.promise;
  }

  /** Resolves whoever waits for nothing else, once `after` is done too; a refused claim is an error. */
  settle(claims: Iterable<Claim>, standing: Omit<Standing, 'isHeld'>, after: Promise<void> = Promise.resolve()): void {
    for (const claim of claims) {
      const entry = this.#byClaim.get(claim.key);
      if (entry === undefined || !standing.isSettled(claim)) continue;
      this.#byClaim.delete(claim.key);
      if (standing.isRefused(claim)) entry.settled.reject(new F2bError('FIREWALL_REFUSED', claim.address.text));
      else void after.then(entry.settled.resolve);
    }
  }

  idle(): void {
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  fail(error: F2bError): void {
    const waiting = [...this.#byClaim.values()];
    this.#byClaim.clear();
    for (const { settled } of waiting) settled.reject(error);
    this.#idle?.reject(error);
    this.#idle = undefined;
  }

  #settled(claim: Claim): Promise<void> {
    const entry = this.#byClaim.get(claim.key) ?? { claim, settled: createDeferred() };
    this.#byClaim.set(claim.key, entry);
    return entry.settled.promise;
  }
}
