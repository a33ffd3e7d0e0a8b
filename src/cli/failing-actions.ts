/** Which actions do not tell others of bans as they should, for the state of the whole. */

import { withTimeout } from '../async/time/with-timeout.js';
import { printable } from '../core/printable.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { ActionStatus } from '../ports/actions-control.js';
import { counted } from '../text/counted.js';
import type { Dependencies } from './dependencies.js';

/** The agent's state waits no longer for that of f2b-actiond, µs; the question is taken back then. */
const TIMEOUT = 2 * MICROS_PER_SECOND;

/** None where f2b-actiond is not there or may not be asked; undefined where it does not answer. */
export async function failingActions({
  actions,
  clock,
}: Pick<Dependencies, 'actions' | 'clock'>): Promise<readonly ActionStatus[] | undefined> {
  const giveUp = new AbortController();
  let found: readonly ActionStatus[] = [];
  const ask = async () => {
    found = await actions().status(giveUp.signal);
  };
  // However it fails: f2bctl actions says why.
  if (!(await withTimeout(clock, TIMEOUT, ask()))) {
    giveUp.abort();
    return undefined;
  }
  return found.filter(({ state }) => state !== 'ok');
}

/** Each with why; of what is not known, that it is not. */
export function failingActionLines(failing: readonly ActionStatus[] | undefined): readonly string[] {
  if (failing === undefined)
    return ['f2b-actiond does not answer, so nobody knows how its actions do; see systemctl status f2b-actiond'];
  return failing.map(({ name, lastError = 'it fails', waiting }) => {
    const left = waiting === 0 ? '' : ` (${counted(waiting, 'event')} waiting)`;
    return printable(`the action ${name}: ${lastError}${left}; see f2bctl actions`);
  });
}
