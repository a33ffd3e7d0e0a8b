/** How simulated members publish. */
import { sleep } from '../support/process.js';

/** Answers of servers that have much to do may come late. */
const ATTEMPTS = 10;

/** Sends until the servers have it, as f2b-fleetd does; of one id they store one. Resolves with how often it was sent. */
export async function untilStored(send: () => Promise<unknown>): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await send();
      return attempt;
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleep(1);
    }
  }
}
