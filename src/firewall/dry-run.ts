/**
 * The firewall of `f2bd --dry-run`: keeps what would be banned and touches nothing.
 * Invariant: every promise is kept at once.
 */
import { isSingle } from '../core/address/address.js';
import type { Ban } from '../core/ban.js';
import type { Firewall, FirewallStatus, FoundBan, Reconciliation, ZoneSource } from '../ports/firewall.js';
import { Claims } from './claims.js';
import { OutermostPrefixes } from './firewalld/pools/outermost-prefixes.js';

const none: readonly ZoneSource[] = [];

export class DryRun implements Firewall {
  readonly #claims = new Claims();

  async opened(): Promise<void> {}

  async ban(bans: readonly Ban[]): Promise<void> {
    for (const ban of bans) this.#claims.add(ban);
  }

  async unban(bans: readonly Ban[]): Promise<void> {
    for (const ban of bans) this.#claims.remove(ban);
  }

  async reconcile(wanted: Iterable<Ban>): Promise<Reconciliation> {
    let [added, removed] = [0, 0];
    this.#claims.replace(wanted, ({ isWanted }) => {
      if (isWanted) added += 1;
      else removed += 1;
    });
    return { added, removed };
  }

  /** It ends with its run. */
  async found(): Promise<readonly FoundBan[]> {
    return [];
  }

  holds(ban: Ban): boolean {
    return this.#claims.has(ban);
  }

  enforcedBy(): readonly string[] {
    return [];
  }

  /** Without a firewall there are no zones. The same list each time: of another one questions are prepared anew. */
  zoneSources(): readonly ZoneSource[] {
    return none;
  }

  onChange(): () => void {
    return () => {};
  }

  status(): FirewallStatus {
    const held = this.#claims.size;
    return { name: 'dry-run', state: 'ready', held, pending: 0, oldestPending: 0, warnings: [] };
  }

  async close(): Promise<void> {}

  /** The entries a firewall would have now, sorted: a prefix stands for those within it. */
  entries(): readonly string[] {
    const entries = new Set<string>();
    const prefixes = new OutermostPrefixes();
    for (const { address } of this.#claims.all()) {
      if (isSingle(address)) entries.add(address.text);
      else prefixes.add(address);
    }
    for (const { address } of this.#claims.all()) {
      if (!isSingle(address)) entries.add(prefixes.outermost(address)?.text ?? address.text);
    }
    return [...entries].sort();
  }
}
