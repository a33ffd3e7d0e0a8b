/** The names that the system's name servers point an address to. */
import { askNameServers } from './name-servers.js';

/**
 * As they came, so nothing of them is to be believed; none when there is none, and none once the signal aborts.
 * `servers`: name servers to ask in place of the system's.
 */
export async function pointedNames(
  address: string,
  signal: AbortSignal,
  servers: readonly string[] = [],
): Promise<readonly string[]> {
  try {
    return await askNameServers((resolver) => resolver.reverse(address), signal, servers);
  } catch {
    return [];
  }
}
