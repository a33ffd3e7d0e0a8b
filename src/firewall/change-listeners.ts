/**
 * Those who are told when a firewall comes, goes, or has other zone sources.
 * Invariant: a listener may unsubscribe while it is told.
 */
import type { FirewallChange } from '../ports/firewall.js';

export class ChangeListeners {
  readonly #listeners = new Set<(change: FirewallChange) => void>();

  /** Returns what ends it. */
  add(listener: (change: FirewallChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: FirewallChange): void {
    for (const listener of [...this.#listeners]) listener(change);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
