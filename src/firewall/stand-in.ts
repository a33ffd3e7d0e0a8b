/**
 * Lets the guard hold the bans itself from the moment firewalld forgot them until it holds them all again.
 * Invariant: what nft was last asked for follows the last change, and never more than one request is under way.
 */
import type { KernelAccess } from './kernel.js';
import type { Claim } from './ledger.js';

export class StandIn {
  readonly #kernel: Pick<KernelAccess, 'guard'> | undefined;
  readonly #claims: () => Iterable<Claim>;
  #isActive = false;
  #isDue = false;
  #writing: Promise<void> | undefined;

  /** `claims`: what is wanted now. Without a kernel to ask, all of this does nothing. */
  constructor(kernel: Pick<KernelAccess, 'guard'> | undefined, claims: () => Iterable<Claim>) {
    this.#kernel = kernel;
    this.#claims = claims;
  }

  get isActive(): boolean {
    return this.#isActive && this.#kernel !== undefined;
  }

  /** firewalld forgot the bans, or it is not known whether it has them. */
  begin(): void {
    this.#isActive = true;
    void this.renew();
  }

  /** Other bans are wanted. */
  changed(): void {
    if (this.#isActive) void this.renew();
  }

  /** firewalld holds all that is wanted. */
  end(): void {
    if (!this.#isActive) return;
    this.#isActive = false;
    void this.renew();
  }

  /** Writes the guard as it has to be now, whatever has become of it. Resolves when it is written. */
  renew(): Promise<void> {
    this.#isDue = true;
    this.#writing ??= this.#write();
    return this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false;
      await this.#kernel?.guard(this.#isActive ? this.#claims() : []);
    }
    this.#writing = undefined;
  }
}
