/**
 * What is known of the addresses whose bans a mail tells of. Invariant: nothing that goes wrong with a look-up keeps a
 * mail from being sent.
 */
import { type Address, parseAddress } from '../../core/address/address.js';
import type { GeoIp, Located } from '../../geoip/geoip.js';
import { locatedText } from '../../geoip/located-text.js';
import type { EventRecord } from '../record.js';
import { type NameParts, reverseNames } from './reverse-names.js';
import { type RegisteredNetwork, registeredText } from './whois/registered-network.js';
import type { Whois } from './whois/whois.js';

/** Opens the databases of countries and network owners, as they are now. */
export type Locator = () => Promise<GeoIp['locate']>;

export interface About extends Located {
  /** The reverse name, which whoever owns the address chose. */
  readonly name?: string;
  /** What the registry says of its network. */
  readonly network?: RegisteredNetwork;
}

export interface AboutParts extends NameParts {
  readonly locator: Locator;
  /** Undefined when registries are not to be asked. */
  readonly whois: Whois | undefined;
}

/** What is known, by the addresses of the bans among the events. */
export async function aboutBanned(
  events: readonly EventRecord[],
  parts: AboutParts,
): Promise<ReadonlyMap<string, About>> {
  const addresses = bannedIn(events);
  if (addresses.length === 0) return new Map();
  const [located, names, networks] = await Promise.all([
    locatedOf(addresses, parts.locator),
    reverseNames(addresses, parts),
    parts.whois?.(addresses),
  ]);
  return new Map(
    addresses.map(({ text }) => {
      const [name, network] = [names.get(text), networks?.get(text)];
      return [
        text,
        { ...located.get(text), ...(name !== undefined && { name }), ...(network !== undefined && { network }) },
      ];
    }),
  );
}

/**
 * A line of the country, the network owner and the reverse name, `DE, AS64496 Example Net, reverse name host.example`, and
 * one of what the registry says; each only when anything is known.
 */
export function aboutLines({ name, network = {}, ...located }: About): readonly string[] {
  const place = locatedText(located);
  const known = [...(place === '' ? [] : [place]), ...(name === undefined ? [] : [`reverse name ${name}`])];
  const registered = registeredText(network);
  return [
    ...(known.length === 0 ? [] : [known.join(', ')]),
    ...(registered === '' ? [] : [`registered network ${registered}`]),
  ];
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
