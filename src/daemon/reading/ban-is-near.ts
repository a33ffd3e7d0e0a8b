/**
 * Whether the next entries may well ban somebody: then they are worth looking for before journald tells of them. After every
 * failure that would never end on a host that strangers guess at all day, one failure each.
 */
import type { Effect } from '../../core/effect.js';

/** So many failures before the last one an address is watched. */
const NEAR = 2;

/** `maxretryOf`: of a jail by its name. True as well when somebody was banned: others of the same attack follow. */
export function banIsNear(effects: readonly Effect[], maxretryOf: (jail: string) => number | undefined): boolean {
  return effects.some((effect) => {
    if (effect.kind === 'ban') return true;
    if (effect.kind !== 'failure' || effect.counted === 1) return false;
    return effect.counted >= (maxretryOf(effect.failure.jail) ?? Number.POSITIVE_INFINITY) - NEAR;
  });
}
