/**
 * Has addresses looked at again when claims about them have stood for MinAge=. Invariant: one timer, however many there
 * are, and none while there are none.
 */
import { createTimer } from '../async/time/timer.js';
import type { Address } from '../core/address/address.js';
import { FOREVER, MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports/clock.js';
import type { FleetDecider } from './deciding/fleet-decider.js';

export interface Ripening {
  /** There may be new claims: they come to stand for so long after those that are waited for. */
  heard(): void;
  /** The clock is another one, and all addresses are looked at for it. */
  reset(): void;
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
  const timer = createTimer(clock, () => {
    const { addresses, next } = decider.ripe(looked, clock.now());
    looked = clock.now();
    if (next !== FOREVER) wait(next);
    if (addresses.length > 0) touch(addresses);
  });
  const wait = (next: number) => timer.set(Math.max(next, looked + SPACING));
  const heard = () => {
    if (minAge > 0 && timer.setFor === undefined) wait(looked);
  };
  return {
    heard,
    reset() {
      timer.cancel();
      looked = clock.now();
      heard();
    },
    end: timer.cancel,
  };
}
