/**
 * Has addresses looked at again when claims about them have stood for MinAge=. Invariant: one timer, however many there
 * are, and none while there are none.
 */
import type { Address } from '../core/address/address.js';
import { FOREVER, MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports/clock.js';
import type { FleetDecider } from './fleet-decider.js';

export interface Ripening {
  /** There may be new claims: they come to stand for so long after those that are waited for. */
  heard(): void;
  end(): void;
}

/** Of many that follow each other closely all that are due are looked at together. */
const SPACING = MICROS_PER_SECOND;

/** `minAge`: MinAge= in µs; with none nothing is ever waited for. */
export function createRipening(
  decider: Pick<FleetDecider, 'ripe'>,
  minAge: number,
  clock: Clock,
  touch: (addresses: readonly Address[]) => void,
): Ripening {
  let looked = clock.now();
  let cancel: (() => void) | undefined;
  const arm = (next: number) => {
    cancel = next === FOREVER ? undefined : clock.at(Math.max(next, looked + SPACING), look);
  };
  const look = () => {
    const { addresses, next } = decider.ripe(looked, clock.now());
    looked = clock.now();
    arm(next);
    if (addresses.length > 0) touch(addresses);
  };
  return {
    heard() {
      if (minAge > 0 && cancel === undefined) arm(looked);
    },
    end() {
      cancel?.();
    },
  };
}
