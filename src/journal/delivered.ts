/**
 * Keeps an entry from being delivered twice when journald copies its files (`journalctl --flush`): the copies have other
 * cursors. Within a boot journald stamps each entry with a time that never goes back, so whatever is older than the last
 * entry delivered is a copy.
 */
import type { Entry } from '../core/entry.js';

/** What of a cursor does not change when the entry is copied. */
const STAMP = /;m=([0-9a-f]+);.*;x=([0-9a-f]+)$/;

export class Delivered {
  /** µs since the boot. */
  #latest = -1;
  /** Hashes of the entries of that instant: there may be several. */
  #hashes = new Set<string>();

  /** True the first time it is asked of an entry, which is delivered then. All are of one boot. */
  isFirst({ cursor }: Entry): boolean {
    const [, monotonic = '', hash = ''] = STAMP.exec(cursor) ?? [];
    const stamp = Number.parseInt(monotonic, 16);
    if (Number.isNaN(stamp)) return true;
    if (stamp < this.#latest) return false;
    if (stamp > this.#latest) {
      this.#latest = stamp;
      this.#hashes.clear();
    }
    if (this.#hashes.has(hash)) return false;
    this.#hashes.add(hash);
    return true;
  }
}
