/** What remains of many effects. Invariant: storing the rest equals storing all. */
import type { Address } from '../address/address.js';
import type { Effect } from '../effect.js';

/**
 * The effects without those that later ones make void, in their order: whoever stores the rest has stored all.
 * However many there were, few are left for each ban and offender, and none of a failure that no longer counts. A failure
 * that counts is counted once, and one that is stated twice is stored as it was stated last.
 */
export function lastingEffects(effects: readonly Effect[]): Effect[] {
  // Most commits only count, and an entry counts once: nothing in them makes anything void.
  if (effects.every(({ kind }) => kind === 'failure')) return [...effects];
  const later = new Later();
  const lasting: Effect[] = [];
  for (let at = effects.length - 1; at >= 0; at -= 1) {
    const effect = effects[at];
    if (effect !== undefined && later.leaves(effect)) lasting.push(effect);
  }
  return lasting.reverse();
}

/** What the effects looked at so far, from the last one on, make of those before them. */
class Later {
  readonly #cleared = new Places();
  readonly #bans = new Places();
  readonly #offenders = new Places();
  readonly #expiredUntil = new Map<string, number>();

  /** False when nothing of the effect would remain. */
  leaves(effect: Effect): boolean {
    switch (effect.kind) {
      case 'spared':
        return false;
      case 'failure': {
        const { jail, address, at } = effect.failure;
        return !this.#cleared.has(jail, address) && at > this.#expiryOf(jail);
      }
      case 'expire-failures': {
        const isBeyond = effect.before > this.#expiryOf(effect.jail);
        if (isBeyond) this.#expiredUntil.set(effect.jail, effect.before);
        return isBeyond;
      }
      case 'clear-failures':
        return this.#cleared.add(effect.jail, effect.address);
      case 'ban':
      case 'unban':
        return this.#bans.add(effect.ban.jail, effect.ban.address);
      case 'offender':
        return this.#offenders.add(effect.offender.jail, effect.offender.address);
      case 'delete-offender':
        return this.#offenders.add(effect.jail, effect.address);
    }
  }

  #expiryOf(jail: string): number {
    return this.#expiredUntil.get(jail) ?? Number.NEGATIVE_INFINITY;
  }
}

/** Addresses in jails. */
class Places {
  readonly #ofJail = new Map<string, Set<string>>();

  has(jail: string, address: Address): boolean {
    return this.#ofJail.get(jail)?.has(address.text) ?? false;
  }

  /** False when it is among them already: a later effect has had the last word. */
  add(jail: string, { text }: Address): boolean {
    const known = this.#ofJail.get(jail);
    if (known === undefined) this.#ofJail.set(jail, new Set([text]));
    else if (known.has(text)) return false;
    else known.add(text);
    return true;
  }
}
