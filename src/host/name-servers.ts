/**
 * Questions to the system's name servers, which are asked directly: the resolver of the C library keeps a thread that all
 * files and stores of the process wait for, as long as a name server does not answer.
 */
import { Resolver } from 'node:dns/promises';

/** ms for each name server. */
const TIMEOUT = 1_000;

/**
 * Rejects as the question does, and once the signal aborts. `servers`: name servers to ask in place of the system's, when
 * there are any.
 */
export async function askNameServers<T>(
  question: (resolver: Resolver) => Promise<T>,
  signal: AbortSignal,
  servers: readonly string[],
): Promise<T> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: TIMEOUT, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await question(resolver);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
