/**
 * `Firewall=nftables`: bans in a table of nftables that belongs to f2b alone.
 * Invariant: the table is made equal to what is wanted, whatever becomes of it.
 */
import type { F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { Firewall, ZoneSource } from '../../ports/firewall.js';
import type { Backend, BackendOwner, Pending } from '../backend.js';
import { BackendFirewall } from '../backend-firewall.js';
import type { Claim, ClaimChange } from '../claims.js';
import { type ConnectionKiller, SocketKiller } from '../connection-killer.js';
import type { Listing } from './listing.js';
import { TABLE, type TableAccess } from './own-table.js';
import { setNameOf } from './set-name.js';
import { TableReconciler, type TableReconcilerOptions } from './table-reconciler.js';

export interface NftablesOptions {
  readonly clock: Clock;
  readonly table: TableAccess;
  readonly killer?: ConnectionKiller;
  /** Hears what is to be told to people. */
  readonly announce?: (text: string) => void;
}

export function createNftables({ clock, table, killer = new SocketKiller(), announce }: NftablesOptions): Firewall {
  return new BackendFirewall({ clock, killer, open: (owner) => new Nftables({ clock, table, announce }, owner) });
}

class Nftables implements Backend {
  readonly starting = 'nft is asked';
  readonly notes: readonly string[] = [];
  /** nftables knows no zones. */
  readonly zoneSources: readonly ZoneSource[] = [];
  readonly #table: TableAccess;
  readonly #reconciler: TableReconciler;

  constructor(
    { table, ...tools }: Pick<TableReconcilerOptions, 'clock' | 'table' | 'announce'>,
    { claims, listener }: BackendOwner,
  ) {
    this.#table = table;
    this.#reconciler = new TableReconciler({ ...tools, table, claims, listener });
  }

  get name(): string {
    const { version } = this.#reconciler;
    return version === undefined ? 'nftables' : `nftables ${version}`;
  }

  get problem(): F2bError | undefined {
    return this.#reconciler.problem;
  }

  get isTrusted(): boolean {
    return this.#reconciler.isTrusted;
  }

  get warnings(): readonly string[] {
    const { monitorProblem } = this.#reconciler;
    return monitorProblem === undefined ? [] : [monitorProblem];
  }

  isHeld(claim: Claim): boolean {
    return this.#reconciler.isHeld(claim);
  }

  isSettled(claim: Claim): boolean {
    return this.#reconciler.isSettled(claim);
  }

  isRefused(): boolean {
    return this.#reconciler.isRefused();
  }

  enforcedBy(claim: Claim): readonly string[] {
    return [`set ${setNameOf(claim)} of the nftables table inet ${TABLE}`];
  }

  pending(): Pending {
    return this.#reconciler.pending();
  }

  list(): Promise<Listing> {
    return this.#table.list();
  }

  open(): void {
    void this.#reconciler.open();
  }

  change(claims: readonly Claim[], changes: readonly ClaimChange[]): undefined {
    const isNew = changes.some(({ isWanted }) => isWanted);
    for (const { claim } of changes) this.#reconciler.mark(claim, isNew);
    // Those that were wanted before may have got a later end.
    for (const claim of claims) this.#reconciler.mark(claim, false);
    this.#reconciler.work();
  }

  verify(): undefined {
    this.#reconciler.verify();
  }

  close(): void {
    this.#reconciler.close();
  }
}
