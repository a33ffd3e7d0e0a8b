/**
 * Lets the guard hold the bans itself from the moment firewalld forgot them until it holds them all again, however long
 * that takes. Invariant: what nft was last asked for follows the last change and is never older than half of the time
 * the kernel keeps it, never more than one request is under way, and nothing wakes the agent when nothing is held.
 */
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports.js';
import type { KernelAccess } from './kernel.js';
import type { Claim } from './ledger.js';

export interface StandInOptions {
  /** Without a kernel to ask, all of this does nothing. */
  readonly kernel: Pick<KernelAccess, 'guard'> | undefined;
  readonly clock: Clock;
  /** What is wanted now. */
  readonly claims: () => Iterable<Claim>;
  /** How long the kernel keeps what is not renewed, s. */
  readonly seconds: number;
}

export class StandIn {
  readonly #options: StandInOptions;
  #isActive = false;
  #isOver = false;
  #isDue = false;
  #held = 0;
  #writing: Promise<void> | undefined;
  #cancelRenewal = () => {};

  constructor(options: StandInOptions) {
    this.#options = options;
  }

  /** How many addresses the guard was last seen to hold itself. */
  get held(): number {
    return this.#held;
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

  /** The agent ends: the kernel is left to let go of what it holds. */
  close(): void {
    this.#isOver = true;
    this.#cancelRenewal();
  }

  /** Writes the guard as it has to be now, whatever has become of it. Resolves when it is written. */
  renew(): Promise<void> {
    this.#isDue = true;
    this.#writing ??= this.#write();
    return this.#writing;
  }

  async #write(): Promise<void> {
    const { kernel, claims, seconds } = this.#options;
    this.#cancelRenewal();
    let wanted: readonly Claim[] = [];
    while (this.#isDue) {
      this.#isDue = false;
      wanted = this.#isActive ? [...claims()] : [];
      const isWritten = await kernel?.guard(wanted, seconds);
      this.#held = isWritten === true ? wanted.length : 0;
    }
    this.#writing = undefined;
    if (wanted.length > 0) this.#renewLater();
  }

  #renewLater(): void {
    const { kernel, clock, seconds } = this.#options;
    if (kernel === undefined || this.#isOver) return;
    this.#cancelRenewal = clock.at(clock.now() + (seconds / 2) * MICROS_PER_SECOND, () => void this.renew());
  }
}
