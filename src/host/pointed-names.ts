/**
 * The names that the system's name servers point an address to. They are asked directly: the resolver of the C library
 * keeps a thread that all files and stores of the process wait for, as long as a name server does not answer.
 */
import { Resolver } from 'node:dns/promises';

/** ms for each name server. */
const TIMEOUT = 1_000;

/**
 * As they came, so nothing of them is to be believed; none when there is none, and none once the signal aborts.
 * `servers`: name servers to ask in place of the system's.
 */
export async function pointedNames(
  address: string,
  signal: AbortSignal,
  servers: readonly string[] = [],
): Promise<readonly string[]> {
  if (signal.aborted) return [];
  const resolver = new Resolver({ timeout: TIMEOUT, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await resolver.reverse(address);
  } catch {
    return [];
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
