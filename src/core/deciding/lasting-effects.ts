/** What remains of many effects. Invariant: storing the rest equals storing all. */
import type { Address } from '../address/address.js';
import type { Effect } from '../effect.js';

/**
 * The effects without those that later ones make void, in their order: whoever stores the rest has stored all.
 * However many there were, few are left for each ban and offender, and none of a failure that no longer counts.
 */
export function lastingEffects(effects: readonly Effect[]): Effect[] {
  // Most commits only count, and an entry counts once: nothing in them makes anything void.
  if (effects.every(({ kind }) => kind === 'failure')) return [...effects];
  const later = new Later();
  return effects
    .toReversed()
    .filter((effect) => later.leaves(effect))
    .reverse();
}

/** What the effects looked at so far, from the last one on, make of those before them. */
class Later {
  readonly #settled = new Set<string>();
  readonly #expiredUntil = new Map<string, number>();

  /** False when nothing of the effect would remain. */
  leaves(effect: Effect): boolean {
    switch (effect.kind) {
      case 'spared':
        return false;
      case 'failure': {
        const { jail, address, at, cursor } = effect.failure;
        if (this.#isSettled('clear-failures', jail, address) || at <= this.#expiryOf(jail)) return false;
        return this.#settle('failure', jail, address, cursor);
      }
      case 'expire-failures': {
        const isBeyond = effect.before > this.#expiryOf(effect.jail);
        if (isBeyond) this.#expiredUntil.set(effect.jail, effect.before);
        return isBeyond;
      }
      case 'clear-failures':
        return this.#settle('clear-failures', effect.jail, effect.address);
      case 'ban':
      case 'unban':
        return this.#settle('ban', effect.ban.jail, effect.ban.address);
      case 'offender':
        return this.#settle('offender', effect.offender.jail, effect.offender.address);
      case 'delete-offender':
        return this.#settle('offender', effect.jail, effect.address);
    }
  }

  #expiryOf(jail: string): number {
    return this.#expiredUntil.get(jail) ?? Number.NEGATIVE_INFINITY;
  }

  /** False when a later effect has had the last word. */
  #settle(what: string, jail: string, address: Address, cursor?: string): boolean {
    const before = this.#settled.size;
    return this.#settled.add(keyOf(what, jail, address, cursor)).size > before;
  }

  #isSettled(what: string, jail: string, address: Address): boolean {
    return this.#settled.has(keyOf(what, jail, address));
  }
}

/** Neither kinds, jails nor addresses hold a newline. */
function keyOf(what: string, jail: string, address: Address, cursor = ''): string {
  return `${what}\n${jail}\n${address.text}\n${cursor}`;
}
