/**
 * A table of nftables beside firewalld that holds every ban too, for what firewalld lets through: packets of
 * established connections, UDP conversations, ports that are forwarded, and all packets while it reloads or is away.
 * Invariant: firewalld is never waited for, and nothing here rejects; what the guard cannot do is told as its problem.
 */

import { withTimeout } from '../../async/time/with-timeout.js';
import { F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Claim, Claims } from '../claims.js';
import type { TableAccess } from '../nftables/own-table.js';
import { TableReconciler } from '../nftables/table-reconciler.js';
import { Waiters } from '../waiters.js';

export const GUARD_TABLE = 'f2b-guard';

/** Who bans or unbans does not wait longer for the guard, µs: firewalld holds the ban. */
const TIMEOUT = 5_000_000;

/**
 * How long nft waits for firewalld to do what it was asked, µs: both at once would slow each other down. When that was
 * not done in time, for what firewalld had to do before or because its calls are slow, it is not waited for the next time:
 * with 20,000 bans in its sets each call takes three times as long.
 */
const HEAD_START = 50_000;

export interface GuardTableOptions {
  readonly clock: Clock;
  readonly table: TableAccess;
  /** What is wanted, of firewalld as well. */
  readonly claims: Claims;
  /** Somebody took rules of the table away, which are put back; what flushed them may have flushed more. */
  readonly onLoss: () => void;
  /** Hears what is to be told to people. */
  readonly announce?: ((text: string) => void) | undefined;
}

export class GuardTable {
  readonly #clock: Clock;
  readonly #claims: Claims;
  readonly #reconciler: TableReconciler;
  readonly #waiters = new Waiters();
  /** nft takes longer than anybody waits. */
  #isLate = false;
  /** What firewalld was asked last was not done within its head start. */
  #isFirewalldLate = false;

  constructor({ clock, table, claims, onLoss, announce }: GuardTableOptions) {
    this.#clock = clock;
    this.#claims = claims;
    this.#reconciler = new TableReconciler({
      clock,
      table,
      claims,
      announce,
      listener: {
        onReady: () => {},
        onLost: (problem) => problem && this.#waiters.fail(problem),
        onProgress: () => {
          this.#isLate = false;
          this.#progress(this.#waiters.claims());
        },
        onIdle: () => this.#waiters.idle(),
        onRepaired: () => {},
        onSurprise: onLoss,
      },
    });
  }

  open(): void {
    void this.#reconciler.open();
  }

  /** nft keeps the table, as far as is known. */
  get isKept(): boolean {
    return this.#reconciler.problem === undefined;
  }

  /** What does not work, and what it means; undefined when all does. */
  get problem(): string | undefined {
    const { problem, monitorProblem } = this.#reconciler;
    if (problem === undefined) return monitorProblem;
    return (
      'bans do not hold for forwarded ports (containers), for UDP conversations that go on and while firewalld reloads, ' +
      `and lifted ones may go on: nft cannot keep the table (${problem.message}); ` +
      `see nft list table inet ${GUARD_TABLE}, or install the package nftables`
    );
  }

  /** See TableReconciler. */
  undisturbed(): () => Promise<boolean> {
    return this.#reconciler.undisturbed();
  }

  /** The kernel is known to hold the claim. */
  holds(claim: Claim): boolean {
    return this.#reconciler.isTrusted && this.#reconciler.isHeld(claim);
  }

  /** How many of the claims that are wanted the kernel is known to hold. */
  held(): number {
    return this.#reconciler.isTrusted ? this.#claims.count((claim) => this.#reconciler.isHeld(claim)) : 0;
  }

  /**
   * Whether these are wanted changed. Resolves when the kernel has it, or nft fails or takes too long; that
   * is tried again. `isNew`: before everything that is only put back. `first`: what firewalld does with them.
   */
  async change(claims: readonly Claim[], isNew: boolean, first: Promise<void>): Promise<void> {
    for (const claim of claims) this.#reconciler.mark(claim, isNew);
    if (!this.isKept || this.#isLate) return this.#reconciler.work();
    const done = withTimeout(this.#clock, TIMEOUT, this.#waiters.add(claims));
    const started = withTimeout(this.#clock, HEAD_START, first).then((isQuick) => {
      this.#isFirewalldLate = !isQuick;
    });
    if (!this.#isFirewalldLate) await started;
    this.#progress(claims);
    this.#reconciler.work();
    if (!(await done)) this.#isLate = true;
  }

  /** The claims say what is wanted already: compares the table with it. Resolves when it is equal, or nft fails. */
  async verify(): Promise<void> {
    const done = this.isKept ? this.#waiters.untilIdle() : undefined;
    this.#reconciler.verify();
    await done?.catch(() => {});
  }

  /** Leaves the table as it is: each of its elements ends by itself, soon after its ban. */
  close(): void {
    this.#reconciler.close();
    this.#waiters.fail(new F2bError('FIREWALL_UNAVAILABLE', 'the agent stops'));
  }

  /** Something may have changed for these claims. */
  #progress(claims: Iterable<Claim>): void {
    if (this.#reconciler.isTrusted) this.#waiters.settle(claims, this.#reconciler);
  }
}
