/**
 * The addresses that the administrator of firewalld bound to zones as sources: whoever is in a zone of their own was
 * put there on purpose, and is not banned. Invariant: our own zones, and those that keep their sources out, spare
 * nobody.
 */
import { type Address, parseAddress } from '../../core/address/address.js';
import type { ZoneSource } from '../../ports/firewall.js';
import { type FirewalldClient, firewalldError, type Reply } from './client.js';

export interface ZoneSources {
  readonly sources: readonly ZoneSource[];
  /** What a person should know of sources that spare nobody. */
  readonly warnings: readonly string[];
}

export const NO_SOURCES: ZoneSources = { sources: [], warnings: [] };

const IPSET = 'ipset:';

/** Targets of zones like `drop` and `block`, firewalld.zone(5). */
const HOSTILE: readonly string[] = ['DROP', '%%REJECT%%'];

/** The widest private networks: 10.0.0.0/8 and fc00::/7. */
const SHORTEST_LENGTH = { 4: 8, 6: 7 } as const;

const MAX_WARNINGS = 10;

/** Asks firewalld for them. Throws an F2bError when it cannot be asked. */
export async function readZoneSources(client: FirewalldClient): Promise<ZoneSources> {
  const active = value(await client.zonesWithSources(), 'getActiveZones');
  const found: ZoneSource[] = [];
  const unreadable: string[] = [];
  for (const { zone, sources } of active.filter((one) => !isOurs(one.zone))) {
    const words = (await isHostile(client, zone)) ? [] : sources;
    for (const word of words) {
      const addresses = await addressesOf(client, word);
      if (addresses === undefined) unreadable.push(`zone ${zone}: the entries of its source ${word} cannot be read`);
      else for (const address of addresses) found.push({ zone, address });
    }
  }
  const wide = found.filter((source) => !isBearable(source)).slice(0, MAX_WARNINGS);
  return { sources: found.filter(isBearable), warnings: [...unreadable, ...wide.map(tooWide)] };
}

function isBearable({ address: { family, length } }: ZoneSource): boolean {
  return length >= SHORTEST_LENGTH[family];
}

function tooWide({ zone, address }: ZoneSource): string {
  return `zone ${zone}: its source ${address.text} is too wide to be spared; name narrower ones, or use IgnoreIP=`;
}

/** True when both say the same. */
export function areSame(one: ZoneSources, other: ZoneSources): boolean {
  return textOf(one) === textOf(other);
}

function textOf({ sources }: ZoneSources): string {
  return sources.map(({ zone, address }) => `${zone} ${address.text}`).join();
}

/** True for the zones that f2b makes. */
export function isOurs(zone: string): boolean {
  return zone.startsWith('f2b-');
}

async function isHostile(client: FirewalldClient, zone: string): Promise<boolean> {
  const settings = await client.zone(zone);
  // The zone went away since it was listed.
  if (settings.kind === 'refused') return true;
  return HOSTILE.includes(String(value(settings, zone)['target']));
}

/** What a source stands for; undefined when firewalld does not tell. MAC addresses and the like stand for nobody. */
async function addressesOf(client: FirewalldClient, source: string): Promise<readonly Address[] | undefined> {
  if (!source.startsWith(IPSET)) return listed([source]);
  const set = source.slice(IPSET.length);
  const entries = await client.perform({ kind: 'read', set });
  return entries.kind === 'refused' ? undefined : listed(value(entries, set));
}

function listed(words: readonly string[]): readonly Address[] {
  return words.map(parseAddress).filter((address) => address !== undefined);
}

function value<T>(result: Reply<T>, about: string): T {
  if (result.kind !== 'done') throw firewalldError(result, about);
  return result.value;
}
