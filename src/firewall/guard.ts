/**
 * A table of nftables beside firewalld that holds every ban too, for what firewalld lets through: packets of
 * established connections, UDP conversations, ports that are forwarded, and all packets while it reloads or is away.
 * Invariant: firewalld is never waited for, and nothing here rejects; what the guard cannot do is told as its problem.
 */
import { F2bError } from '../errors.js';
import type { Clock } from '../ports.js';
import type { Claim, Ledger } from './ledger.js';
import type { TableAccess } from './nftables/own-table.js';
import { TableKeeper } from './nftables/table-keeper.js';
import { Waiters } from './waiters.js';

export const GUARD_TABLE = 'f2b-guard';

/** Who bans or unbans does not wait longer for the guard, µs: firewalld holds the ban. */
const PATIENCE = 5_000_000;

/**
 * nft waits so long for firewalld to do what it was asked, µs: both at once would take the processor from each other.
 */
const COURTESY = 50_000;

export interface GuardOptions {
  readonly clock: Clock;
  readonly table: TableAccess;
  /** What is wanted, of firewalld as well. */
  readonly ledger: Ledger;
}

export class Guard {
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #keeper: TableKeeper;
  readonly #waiters = new Waiters();
  /** nft takes longer than anybody waits. */
  #isLate = false;

  constructor({ clock, table, ledger }: GuardOptions) {
    this.#clock = clock;
    this.#ledger = ledger;
    this.#keeper = new TableKeeper({
      clock,
      table,
      ledger,
      listener: {
        onReady: () => {},
        onProgress: () => {
          this.#isLate = false;
          this.#progress(this.#waiters.claims());
        },
        onIdle: () => this.#waiters.idle(),
        onSeen: () => {},
        onFailure: (problem) => this.#waiters.fail(problem),
      },
    });
    void this.#keeper.open();
  }

  /** What does not work, and what it means; undefined when all does. */
  get problem(): string | undefined {
    const { problem } = this.#keeper;
    if (problem === undefined) return undefined;
    return (
      'bans do not hold for forwarded ports (containers), for UDP conversations that go on and while firewalld reloads, ' +
      `and lifted ones may go on: nft cannot keep the table (${problem.message}); ` +
      `see nft list table inet ${GUARD_TABLE}, or install the package nftables`
    );
  }

  /** How many of the claims that are wanted the kernel is known to hold. */
  held(): number {
    return this.#keeper.isTrusted ? this.#ledger.count((claim) => this.#keeper.isHeld(claim)) : 0;
  }

  /**
   * What the ledger says of these claims changed. Resolves when the kernel has it, or nft fails or takes too long; that
   * is tried again. `isNew`: before everything that is only put back. `first`: what firewalld does with them.
   */
  async change(claims: readonly Claim[], isNew: boolean, first: Promise<void>): Promise<void> {
    for (const claim of claims) this.#keeper.mark(claim, isNew);
    if (this.#keeper.problem !== undefined || this.#isLate) return this.#keeper.work();
    // It may fail before anybody waits for it.
    const done = this.#waiters.add(claims).catch(() => {});
    await this.#within(COURTESY, first);
    this.#progress(claims);
    this.#keeper.work();
    if (!(await this.#within(PATIENCE, done))) this.#isLate = true;
  }

  /** The ledger knows what is wanted: compares the table with it. Resolves when it is equal, or nft fails. */
  async verify(): Promise<void> {
    const done = this.#keeper.problem === undefined ? this.#waiters.untilIdle() : undefined;
    this.#keeper.verify();
    await done?.catch(() => {});
  }

  /** Leaves the table as it is: each of its elements ends by itself, soon after its ban. */
  close(): void {
    this.#keeper.close();
    this.#waiters.fail(new F2bError('FIREWALL_UNAVAILABLE', 'the agent stops'));
  }

  /** Resolves when `work` has ended, however, or after so many µs; then with false. */
  #within(micros: number, work: Promise<void>): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.#clock.at(this.#clock.now() + micros, () => resolve(false));
      const end = () => {
        cancel();
        resolve(true);
      };
      work.then(end, end);
    });
  }

  /** Something may have changed for these claims. */
  #progress(claims: Iterable<Claim>): void {
    if (this.#keeper.isTrusted) this.#waiters.settle(claims, this.#keeper);
  }
}
