import type { Clock } from '../../ports/clock.js';

/** A time before which something is not done again. Invariant: a clock that is set back makes nobody wait for longer. */
export interface Pause {
  /** It ends so long from now, µs. */
  begin(length: number): void;
  /** Its end, µs since the epoch; past when it is over. */
  end(): number;
}

export function createPause(clock: Clock): Pause {
  let end = 0;
  let length = 0;
  return {
    begin(micros) {
      length = micros;
      end = clock.now() + micros;
    },
    end() {
      end = Math.min(end, clock.now() + length);
      return end;
    },
  };
}
