/**
 * What is known of the addresses whose bans a mail tells of. Invariant: nothing that goes wrong with a look-up keeps a
 * mail from being sent.
 */
import { type Address, parseAddress } from '../../core/address/address.js';
import type { GeoIp, Located } from '../../geoip/geoip.js';
import { locatedText } from '../../geoip/located-text.js';
import type { EventRecord } from '../record.js';
import { type NameParts, reverseNames } from './reverse-names.js';

/** Opens the databases of countries and network owners, as they are now. */
export type Locator = () => Promise<GeoIp['locate']>;

export interface About extends Located {
  /** The reverse name, which whoever owns the address chose. */
  readonly name?: string;
}

export interface AboutParts extends NameParts {
  readonly locator: Locator;
}

/** What is known, by the addresses of the bans among the events. */
export async function aboutBanned(
  events: readonly EventRecord[],
  parts: AboutParts,
): Promise<ReadonlyMap<string, About>> {
  const addresses = bannedIn(events);
  if (addresses.length === 0) return new Map();
  const [located, names] = await Promise.all([locatedOf(addresses, parts.locator), reverseNames(addresses, parts)]);
  return new Map(
    addresses.map(({ text }) => {
      const name = names.get(text);
      return [text, { ...located.get(text), ...(name !== undefined && { name }) }];
    }),
  );
}

/** `DE, AS64496 Example Net, reverse name host.example`; empty when nothing is known. */
export function aboutText({ name, ...located }: About): string {
  const place = locatedText(located);
  return [...(place === '' ? [] : [place]), ...(name === undefined ? [] : [`reverse name ${name}`])].join(', ');
}

async function locatedOf(addresses: readonly Address[], locator: Locator): Promise<ReadonlyMap<string, Located>> {
  try {
    const locate = await locator();
    return new Map(addresses.map((address) => [address.text, locate(address)]));
  } catch {
    return new Map();
  }
}

/** The addresses of bans, each once. */
function bannedIn(events: readonly EventRecord[]): readonly Address[] {
  const bans = events.filter(({ event }) => event === 'ban');
  const texts = [...new Set(bans.map(({ address = '' }) => address))];
  return texts.map((text) => parseAddress(text)).filter((address) => address !== undefined);
}
