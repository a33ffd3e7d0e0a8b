/**
 * Keeps an entry from being delivered twice when journald copies its files (`journalctl --flush`): the copies have other
 * cursors. Within a boot journald stamps each entry with a time that never goes back, so whatever is older than the last
 * entry delivered is a copy.
 */

import { stampOf } from '../core/cursor.js';
import type { Entry } from '../core/entry.js';

export class Delivered {
  /** µs since the boot. */
  #latest = -1;
  /** Hashes of the entries of that instant: there may be several. */
  #hashes = new Set<string>();

  /** True the first time it is asked of an entry, which is delivered then. All are of one boot. */
  isFirst({ cursor }: Entry): boolean {
    const stamp = stampOf(cursor);
    if (stamp === undefined) return true;
    if (stamp.monotonic < this.#latest) return false;
    if (stamp.monotonic > this.#latest) {
      this.#latest = stamp.monotonic;
      this.#hashes.clear();
    }
    if (this.#hashes.has(stamp.hash)) return false;
    this.#hashes.add(stamp.hash);
    return true;
  }
}
