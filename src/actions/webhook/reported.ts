/** Whom AbuseIPDB was told of lately: it refuses another report of an address within 15 minutes, whoever it is from. */

/** s */
const ONCE_IN = 900;

export class Reported {
  /** When each was reported, s since the epoch, in that order. */
  readonly #times = new Map<string, number>();

  isRecent(address: string | undefined, now: number): boolean {
    const at = this.#times.get(address ?? '');
    // A clock that was set back is no reason to wait for it.
    return at !== undefined && Math.abs(now - at) < ONCE_IN;
  }

  add(address: string | undefined, now: number): void {
    for (const [text, at] of this.#times) {
      if (Math.abs(now - at) < ONCE_IN) break;
      this.#times.delete(text);
    }
    if (address === undefined) return;
    this.#times.delete(address);
    this.#times.set(address, now);
  }
}
