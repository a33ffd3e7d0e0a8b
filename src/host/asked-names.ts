/**
 * Addresses of hosts, asked of the system's name servers directly: the resolver of the C library keeps a thread that all
 * files and stores of the process wait for, as long as a name server does not answer.
 */
import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { parseAddress } from '../core/address/address.js';
import { isPrivate } from '../core/address/private.js';

/** ms for each name server. */
const TIMEOUT = 1_000;

export interface AskedNames {
  /** Name servers in place of the system's. */
  readonly servers?: readonly string[];
  /** Only addresses that are the same host's everywhere. */
  readonly isPublic?: boolean;
}

/** For connections that are to be made before the signal aborts. */
export function askedNames(signal: AbortSignal, { servers = [], isPublic = false }: AskedNames = {}): LookupFunction {
  return (hostname, { all = false }, found) => {
    addressesOf(hostname, signal, servers).then(
      (known) => {
        const addresses = isPublic ? known.filter(({ address }) => isPublicAddress(address)) : known;
        const [first] = addresses;
        if (first === undefined) found(new Error(`no ${isPublic ? 'public ' : ''}address of ${hostname} is known`), '');
        else if (all) found(null, [...addresses]);
        else found(null, first.address, first.family);
      },
      (error: Error) => found(error, ''),
    );
  };
}

interface Found {
  readonly address: string;
  readonly family: 4 | 6;
}

async function addressesOf(
  hostname: string,
  signal: AbortSignal,
  servers: readonly string[],
): Promise<readonly Found[]> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: TIMEOUT, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const [v6, v4] = await Promise.allSettled([resolver.resolve6(hostname), resolver.resolve4(hostname)]);
    if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason;
    const of = (result: PromiseSettledResult<string[]>, family: 4 | 6): readonly Found[] =>
      result.status === 'rejected' ? [] : result.value.map((address) => ({ address, family }));
    return [...of(v6, 6), ...of(v4, 4)];
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function isPublicAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && !isPrivate(address);
}
