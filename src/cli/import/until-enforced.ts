/**
 * Waits until the firewall holds all bans, so that what is carried over keeps its addresses out when the command ends.
 * Bounded: when it makes no headway, how many are outstanding is the error.
 */
import type { AgentStatus } from '../../agent/agent-status.js';
import { sleep } from '../../async/time/sleep.js';
import type { AgentClient } from '../../control/client.js';
import { printable } from '../../core/printable.js';
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import { counted, number } from '../../text/counted.js';
import type { Dependencies } from '../dependencies.js';
import { whyNoFirewall } from './no-firewall.js';

/** From one look to the next, µs. */
const PAUSE = 500 * MICROS_PER_MILLISECOND;
/** So long it may take until fewer are outstanding than ever before, µs: firewalld is reloaded for room in that time. */
const TIMEOUT = 60 * MICROS_PER_SECOND;

/** Throws NOT_ENFORCED. */
export async function untilEnforced(
  client: Pick<AgentClient, 'status'>,
  { clock, errors }: Pick<Dependencies, 'clock' | 'errors'>,
): Promise<void> {
  const progress = progressOn(errors);
  let least = Number.POSITIVE_INFINITY;
  let fewerAt = clock.elapsed();
  try {
    for (;;) {
      const status = await client.status();
      const { held, pending } = status.firewall;
      const why = whyNoFirewall(status);
      if (pending === 0 && why.length === 0) return;
      if (pending < least) [least, fewerAt] = [pending, clock.elapsed()];
      if (isHopeless(status) || clock.elapsed() - fewerAt >= TIMEOUT) throw notEnforced(pending, why);
      progress.show(held, pending);
      await sleep(clock, PAUSE);
    }
  } finally {
    progress.end();
  }
}

/** It will not take them before somebody does something. One that is only away while it is reloaded is no problem yet. */
function isHopeless({ firewall, problems }: AgentStatus): boolean {
  if (firewall.name === 'dry-run') return true;
  return firewall.state !== 'ready' && problems.some(({ code }) => /^(FIREWALL|NFT)_/.test(code));
}

function notEnforced(pending: number, why: readonly string[]): F2bError {
  const reason = why.length === 0 ? '' : `: ${why.map(printable).join('; ')}`;
  return new F2bError('NOT_ENFORCED', `${counted(pending, 'address')} outstanding${reason}`);
}

/** For whoever waits at a terminal. */
function progressOn({ isTerminal, write }: Dependencies['errors']) {
  let isShown = false;
  return {
    show(held: number, pending: number): void {
      if (!isTerminal) return;
      isShown = true;
      write(`\r${number(held)} addresses are in the firewall, ${number(pending)} on their way\u001b[K`);
    },
    end(): void {
      if (isShown) write('\r\u001b[K');
    },
  };
}
