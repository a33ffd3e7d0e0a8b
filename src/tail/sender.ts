/**
 * Entries on their way to journald. Invariant: they are taken in the order in which they were given, and none is given
 * up: while journald takes none, the same one is tried again.
 */

/** Between two tries, ms. */
const PAUSE = 20;
/** After so many entries other work has its turn, such as a signal. */
const TURN = 256;

/** `write` never waits; false when journald did not take it. `wait` takes ms, and rejects when the program is to end. */
export function createSender(
  write: (lines: readonly string[]) => boolean,
  wait: (milliseconds: number) => Promise<void>,
): (lines: readonly string[]) => Promise<void> {
  let sent = 0;
  return async (lines) => {
    while (!write(lines)) await wait(PAUSE);
    sent += 1;
    if (sent % TURN === 0) await wait(0);
  };
}
