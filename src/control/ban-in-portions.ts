/** Bans more addresses than one call takes. */
import type { BanRequest } from '../agent/agent.js';
import type { BanView } from '../agent/explanation.js';
import type { AgentClient } from './client.js';

/**
 * With one call: as many as one of firewalld's sets holds, which are filled in at once; fewer than the agent takes, and
 * shorter than the 64 KiB that it reads.
 */
export const BAN_PORTION = 999;

/** Tells what was banned as it goes on; what was told is done. Each portion is banned as a whole or not at all. */
export async function* banInPortions(
  client: Pick<AgentClient, 'ban'>,
  { addresses, ...options }: BanRequest,
): AsyncIterable<readonly BanView[]> {
  for (let start = 0; start < addresses.length; start += BAN_PORTION)
    yield await client.ban({ addresses: addresses.slice(start, start + BAN_PORTION), ...options });
}
