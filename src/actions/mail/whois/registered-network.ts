/**
 * What a registry says of a network, by RDAP (RFC 9083, 5.4). Invariant: nothing of an answer is believed further than it
 * looks right, and what is kept of it is short and printable.
 */
import {
  type Address,
  addressFromWords,
  compareAddresses,
  isSingle,
  parseAddress,
} from '../../../core/address/address.js';
import { parsedJson } from '../../../core/parsed-json.js';
import { printable } from '../../../core/printable.js';

/** What is known of the network that an address is in. */
export interface RegisteredNetwork {
  readonly name?: string;
  /** What the registry calls it: `NET-192-0-2-0-1`. */
  readonly handle?: string;
  /** Two letters of ISO 3166. */
  readonly country?: string;
  /** The mail address that abuse is to be told to. */
  readonly abuse?: string;
}

/** Addresses from the one to the other. */
export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

export interface RdapNetwork {
  readonly network: RegisteredNetwork;
  /** The addresses of the network; undefined when the answer does not say it clearly. */
  readonly range: AddressRange | undefined;
}

/** The longest name or handle, characters. */
const LONGEST = 80;
/** So many entities are looked at in a list, and of them those inside, so deep. */
const MOST_ENTITIES = 30;
const DEEPEST = 3;
const SINGLE = 128;

/** Undefined when it is no answer about a network. */
export function readRdapNetwork(text: string): RdapNetwork | undefined {
  const answer = parsedJson(text);
  if (!isRecord(answer) || answer['objectClassName'] !== 'ip network') return undefined;
  const [name, handle] = [shortText(answer['name']), shortText(answer['handle'])];
  const [country, abuse] = [countryIn(answer['country']), abuseIn(answer['entities'], DEEPEST)];
  return {
    network: {
      ...(name !== undefined && { name }),
      ...(handle !== undefined && { handle }),
      ...(country !== undefined && { country }),
      ...(abuse !== undefined && { abuse }),
    },
    range: rangeOf(answer['startAddress'], answer['endAddress']),
  };
}

/** `EXAMPLE-NET, NET-192-0-2-0-1, DE, abuse@example.net`; empty when nothing is known. */
export function registeredText({ name, handle, country, abuse }: RegisteredNetwork): string {
  return [name, handle, country, abuse].filter((part) => part !== undefined).join(', ');
}

/** The first address of a prefix, alone. */
export function firstOf({ w0, w1, w2, w3 }: Address): Address {
  return addressFromWords(w0, w1, w2, w3, SINGLE);
}

/** Whether the address, or the first of a prefix, lies in the range. */
export function isIn({ first, last }: AddressRange, address: Address): boolean {
  const single = firstOf(address);
  return single.family === first.family && compareAddresses(first, single) <= 0 && compareAddresses(single, last) <= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shortText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.slice(0, LONGEST).replaceAll(/\s+/g, ' ').trim();
  return text === '' ? undefined : printable(text);
}

function countryIn(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Za-z]{2}$/.test(value) ? value.toUpperCase() : undefined;
}

/** Of an entity whose role is abuse, those of the network itself before those inside of others. */
function abuseIn(entities: unknown, deep: number): string | undefined {
  const records = listOf(entities).filter(isRecord);
  for (const { roles, vcardArray } of records) {
    const address = listOf(roles).includes('abuse') ? mailIn(vcardArray) : undefined;
    if (address !== undefined) return address;
  }
  for (const record of deep > 1 ? records : []) {
    const address = abuseIn(record['entities'], deep - 1);
    if (address !== undefined) return address;
  }
  return undefined;
}

/** jCard (RFC 7095): `["vcard", [["email", {}, "text", "abuse@example.net"], …]]`. */
function mailIn(vcard: unknown): string | undefined {
  for (const property of listOf(listOf(vcard)[1])) {
    const [name, , , value] = listOf(property);
    if (name === 'email' && typeof value === 'string' && isMailAddress(value)) return value;
  }
  return undefined;
}

/** Of those in use. RFC 5321's limit is 254 characters. */
function isMailAddress(text: string): boolean {
  return text.length <= 254 && /^[\w.+=-]+@[\w-]+(?:\.[\w-]+)+$/.test(text);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST_ENTITIES) : [];
}

function rangeOf(start: unknown, end: unknown): AddressRange | undefined {
  if (typeof start !== 'string' || typeof end !== 'string') return undefined;
  const [first, last] = [parseAddress(start), parseAddress(end)];
  if (first === undefined || last === undefined || first.family !== last.family) return undefined;
  return isSingle(first) && isSingle(last) && compareAddresses(first, last) <= 0 ? { first, last } : undefined;
}
