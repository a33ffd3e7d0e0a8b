/** Who a failure is charged to, and what else is told of it, from the captures of its lines. */
import { type Address, parseAddress } from '../../core/address/address.js';
import type { Hit } from '../filter.js';
import { type Captures, captureText, hasAddress, place } from './captures.js';
import { cursorsOf, type Evidence } from './evidence.js';

export type Identity = Pick<Hit, 'id' | 'address'> & { readonly ip: string | undefined };

/**
 * The id comes from F-ID, else the address, else the host name. An id that is no address is told with the address beside
 * it, which is then who is meant: as in fail2ban, whose actions ban <ip>.
 * Undefined when the captures name nobody.
 */
export function identify(captures: Captures): Identity | undefined {
  const fid = captureText(captures[place.fid]);
  const ip = captureText(captures[place.ip4] ?? captures[place.ip6]);
  const text = fid ?? ip ?? captureText(captures[place.dns]);
  if (text === undefined) return undefined;
  const isSeparate = fid !== undefined && fid !== ip;
  if (!isSeparate) {
    const address = addressOf(text, captures);
    return { id: address?.text ?? text, address, ip: undefined };
  }
  const own = parseAddress(text);
  const besides = ip === undefined ? undefined : addressOf(ip, captures);
  return { id: own?.text ?? text, address: own ?? besides, ip: besides?.text ?? ip };
}

const nobody: Identity = { id: '', address: undefined, ip: undefined };

/** Whether `identify` finds somebody. */
export function namesSomebody(captures: Captures): boolean {
  return hasAddress(captures) || captures[place.fid] !== undefined;
}

/** Whether both have an address, or an id, and not the same. A host name is not known to be the address of another. */
export function nameDifferently(one: Captures, other: Captures): boolean {
  if (one[place.fid] !== undefined && other[place.fid] !== undefined) {
    if (captureText(one[place.fid]) !== captureText(other[place.fid])) return true;
  }
  return hasAddress(one) && hasAddress(other) && !haveSameAddress(one, other);
}

function haveSameAddress(one: Captures, other: Captures): boolean {
  const [text, otherText] = [writtenAddress(one), writtenAddress(other)];
  if (text === otherText) return true;
  return parseAddress(text)?.text === (parseAddress(otherText)?.text ?? 'none');
}

/** The address or host name as it stands in the line, with the length of its prefix. */
function writtenAddress(captures: Captures): string {
  const host = captureText(captures[place.ip4] ?? captures[place.ip6] ?? captures[place.dns]) ?? '';
  const cidr = captureText(captures[place.cidr]);
  return cidr === undefined ? host : `${host}/${cidr}`;
}

/** When it happened, and the lines that say so. */
export interface ChargedLine {
  readonly at: number;
  readonly evidence: Evidence;
}

function addressOf(text: string, captures: Captures): Address | undefined {
  const cidr = captureText(captures[place.cidr]);
  return parseAddress(cidr === undefined ? text : `${text}/${cidr}`);
}

/** A failure whose address and fields are worked out when they are asked for: who only counts needs neither. */
export class Charge implements Hit {
  readonly at: number;
  readonly #evidence: Evidence;
  readonly #captures: Captures;
  readonly #names: readonly (string | undefined)[];
  readonly #users: readonly string[];
  #identity: Identity | undefined;

  /** `captures` name somebody. `names` are those of fieldNames. */
  constructor(captures: Captures, names: readonly (string | undefined)[], users: readonly string[], line: ChargedLine) {
    this.at = line.at;
    this.#evidence = line.evidence;
    this.#captures = captures;
    this.#names = names;
    this.#users = users;
  }

  get id(): string {
    return this.#known.id;
  }

  get address(): Address | undefined {
    return this.#known.address;
  }

  get evidence(): readonly string[] {
    return cursorsOf(this.#evidence);
  }

  get user(): string | undefined {
    const user = this.#captures[place.user];
    return typeof user === 'string' ? user : undefined;
  }

  get fields(): Hit['fields'] {
    return fieldsOf(this.#names, this.#captures, this.#users, this.#known.ip);
  }

  get #known(): Identity {
    this.#identity ??= identify(this.#captures) ?? nobody;
    return this.#identity;
  }
}

/** Groups that steer the matching and mean nothing to a reader. */
const internal = /^(?:content|nofail|mlfgained|mlfforget|mlfid|once|tried|answer|cidr|skiplines\d+|(?:alt|tuple)_.*)$/;

/** What the capture at each place is called in a hit, undefined for internal ones. */
export function fieldNames(groups: readonly string[]): readonly (string | undefined)[] {
  return groups.map((group) => {
    if (internal.test(group)) return undefined;
    if (group === 'fid') return 'id';
    return group === 'fport' ? 'port' : group;
  });
}

/** The captures as a hit tells them: lower-case names of the tags, `users` when a session collected them. */
function fieldsOf(
  names: readonly (string | undefined)[],
  captures: Captures,
  users: readonly string[],
  ip: string | undefined,
): Hit['fields'] {
  const fields: Record<string, string | readonly string[]> = {};
  for (let at = 0; at < captures.length; at += 1) {
    const name = names[at];
    const value = captures[at];
    if (name === undefined || value === undefined) continue;
    fields[name] = typeof value === 'string' ? value : value.map((part) => part ?? '');
  }
  if (users.length > 0) fields['users'] = users;
  if (ip !== undefined) fields['ip'] = ip;
  return fields;
}
