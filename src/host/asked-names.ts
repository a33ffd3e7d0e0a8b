/** Addresses of hosts that are to be connected to, as the system's name servers know them. */
import type { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { parseAddress } from '../core/address/address.js';
import { isPrivate } from '../core/address/private.js';
import { askNameServers } from './name-servers.js';

export interface AskedNames {
  /** Name servers in place of the system's. */
  readonly servers?: readonly string[];
  /** Only addresses that are the same host's everywhere. */
  readonly isPublic?: boolean;
}

/** For connections that are to be made before the signal aborts. */
export function askedNames(signal: AbortSignal, { servers = [], isPublic = false }: AskedNames = {}): LookupFunction {
  return (hostname, { all = false }, found) => {
    askNameServers((resolver) => addressesOf(hostname, resolver), signal, servers).then(
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

async function addressesOf(hostname: string, resolver: Resolver): Promise<readonly Found[]> {
  const [v6, v4] = await Promise.allSettled([resolver.resolve6(hostname), resolver.resolve4(hostname)]);
  if (v4.status === 'rejected' && v6.status === 'rejected') throw v4.reason;
  const of = (result: PromiseSettledResult<string[]>, family: 4 | 6): readonly Found[] =>
    result.status === 'rejected' ? [] : result.value.map((address) => ({ address, family }));
  return [...of(v6, 6), ...of(v4, 4)];
}

function isPublicAddress(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && !isPrivate(address);
}
