/**
 * The names of the sets in f2b's table: `drop-ipv4`, `reject-ipv6-64`, `ports-1f6e0c2a9b7d-ipv4`.
 * Invariant: a set holds networks of one length, so its elements never overlap and each is found by one hash of the
 * masked source. An interval set would be read as a whole for each change: 350 ms at 20,000 prefixes, against 10 ms.
 */
import { createHash } from 'node:crypto';
import { type Address, fullLength, isSingle, networkOf, parseAddress } from '../../core/address/address.js';
import { type Claim, type Purpose, purposeText } from '../claims.js';

/** What the sets of one purpose have in common: `drop`, `reject`, or `ports-` and a digest of the list of ports. */
export type GroupName = 'drop' | 'reject' | `ports-${string}`;

export interface SetName {
  readonly group: GroupName;
  readonly family: 4 | 6;
  /** Prefix length of the elements, in bits. */
  readonly length: number;
  /** As the kernel knows it. */
  readonly text: string;
}

/** Hexadecimal digits of a digest: lists of ports are few. */
const DIGITS = 12;

const PATTERN = /^(drop|reject|ports-[0-9a-f]{12})-ipv([46])(?:-(\d{1,3}))?$/;

export function groupName(purpose: Purpose): GroupName {
  if (purpose.kind !== 'ports') return purpose.kind;
  const digest = createHash('sha256').update(purposeText(purpose)).digest('hex');
  return `ports-${digest.slice(0, DIGITS)}`;
}

/** The set of a group that an address belongs to. */
export function setName(group: GroupName, { family, length }: Pick<Address, 'family' | 'length'>): SetName {
  const suffix = length === fullLength(family) ? '' : `-${length}`;
  return { group, family, length, text: `${group}-ipv${family}${suffix}` };
}

/** The name of the set that holds a claim. */
export function setNameOf({ purpose, address }: Claim): string {
  return setName(groupName(purpose), address).text;
}

/** The names that claims lead to, each made once: there are few of them, and many claims. */
export class SetNames {
  readonly #byPurpose = new Map<string, { readonly group: GroupName; readonly names: SetName[] }>();

  group(purpose: Purpose): GroupName {
    return this.#of(purpose).group;
  }

  of(purpose: Purpose, address: Address): SetName {
    const { group, names } = this.#of(purpose);
    const index = address.family === 4 ? address.length : fullLength(4) + 1 + address.length;
    const name = names[index] ?? setName(group, address);
    names[index] = name;
    return name;
  }

  #of(purpose: Purpose): { readonly group: GroupName; readonly names: SetName[] } {
    const text = purposeText(purpose);
    const known = this.#byPurpose.get(text) ?? { group: groupName(purpose), names: [] };
    this.#byPurpose.set(text, known);
    return known;
  }
}

/** Undefined for what is no name of f2b's. */
export function parseSetName(text: string): SetName | undefined {
  const [, group, family, digits] = PATTERN.exec(text) ?? [];
  if (group === undefined) return undefined;
  const ip = family === '4' ? 4 : 6;
  const length = digits === undefined ? fullLength(ip) : Number(digits);
  const name = setName(isGroupName(group) ? group : 'drop', { family: ip, length });
  return length <= fullLength(ip) && name.text === text ? name : undefined;
}

function isGroupName(text: string): text is GroupName {
  return text === 'drop' || text === 'reject' || text.startsWith('ports-');
}

/** An address as an element of its set, which says the length. */
export function elementOf(address: Address): string {
  const [network = ''] = address.text.split('/');
  return network;
}

/** The address that an element stands for; undefined for one that f2b never makes, with bits behind its length. */
export function addressOf({ family, length }: SetName, element: string): Address | undefined {
  const single = parseAddress(element);
  if (single === undefined || single.family !== family || !isSingle(single)) return undefined;
  const network = networkOf(single, length);
  const { w0, w1, w2, w3 } = network;
  return single.w0 === w0 && single.w1 === w1 && single.w2 === w2 && single.w3 === w3 ? network : undefined;
}
