/** Which actions do not tell others of bans as they should, for the state of the whole. */

import { withTimeout } from '../async/time/with-timeout.js';
import { printable } from '../core/printable.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { ActionStatus } from '../ports/actions-control.js';
import { counted } from '../text/counted.js';
import type { Dependencies } from './dependencies.js';

/** The agent's state waits no longer for that of f2b-actiond, µs. */
const TIMEOUT = 2 * MICROS_PER_SECOND;

/** None where f2b-actiond is not there, may not be asked or does not answer. */
export async function failingActions({
  actions,
  clock,
}: Pick<Dependencies, 'actions' | 'clock'>): Promise<readonly ActionStatus[]> {
  let found: readonly ActionStatus[] = [];
  const ask = async () => {
    found = await actions().status();
  };
  // However it fails: f2bctl actions says why.
  await withTimeout(clock, TIMEOUT, ask());
  return found.filter(({ state }) => state !== 'ok');
}

/** Each with why. */
export function failingActionLines(failing: readonly ActionStatus[]): readonly string[] {
  return failing.map(({ name, lastError = 'it fails', waiting }) => {
    const left = waiting === 0 ? '' : ` (${counted(waiting, 'event')} waiting)`;
    return printable(`the action ${name}: ${lastError}${left}; see f2bctl actions`);
  });
}
