/**
 * What is known of the addresses whose bans a mail tells of. Invariant: nothing that goes wrong with a look-up keeps a
 * mail from being sent.
 */
import { parseAddress } from '../../core/address/address.js';
import type { GeoIp, Located } from '../../geoip/geoip.js';
import type { EventRecord } from '../record.js';

/** Opens the databases of countries and network owners, as they are now. */
export type Locator = () => Promise<GeoIp['locate']>;

/** What is known, by the addresses of the bans among the events. */
export async function aboutBanned(
  events: readonly EventRecord[],
  { locator }: { readonly locator: Locator },
): Promise<ReadonlyMap<string, Located>> {
  const addresses = bannedIn(events);
  if (addresses.length === 0) return new Map();
  try {
    const locate = await locator();
    return new Map(
      addresses.flatMap((text) => {
        const address = parseAddress(text);
        return address === undefined ? [] : [[text, locate(address)] as const];
      }),
    );
  } catch {
    return new Map();
  }
}

/** The addresses of bans, each once. */
function bannedIn(events: readonly EventRecord[]): readonly string[] {
  const bans = events.filter(({ event }) => event === 'ban');
  return [...new Set(bans.map(({ address }) => address).filter((address) => address !== undefined))];
}
