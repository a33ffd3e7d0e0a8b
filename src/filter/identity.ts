/** Who a failure is charged to, and what else is told of it, from the captures of its lines. */
import { type Address, parseAddress } from '../core/address.js';
import { type Captures, captureText } from './captures.js';
import type { Hit } from './filter.js';

export type Identity = Pick<Hit, 'id' | 'address'> & { readonly ip: string | undefined };

/** Groups that steer the matching and mean nothing to a reader. */
const internal = /^(?:nofail|mlfgained|mlfforget|mlfid|cidr|skiplines\d+|(?:alt|tuple)_.*)$/;
const fieldNames: ReadonlyMap<string, string> = new Map([
  ['fid', 'id'],
  ['fport', 'port'],
]);

/**
 * The id comes from F-ID, else the address, else the host name. With both, the address is kept beside the id.
 * Undefined when the captures name nobody.
 */
export function identify(captures: Captures): Identity | undefined {
  const fid = captureText(captures.get('fid'));
  const ip = captureText(captures.get('ip4')) ?? captureText(captures.get('ip6'));
  const host = ip ?? captureText(captures.get('dns'));
  const text = fid ?? host;
  if (text === undefined) return undefined;
  const address = fid === undefined || fid === ip ? addressOf(text, captures) : parseAddress(text);
  const isSeparate = fid !== undefined && ip !== undefined && fid !== ip;
  return { id: address?.text ?? text, address, ip: isSeparate ? (addressOf(ip, captures)?.text ?? ip) : undefined };
}

function addressOf(text: string, captures: Captures): Address | undefined {
  const cidr = captureText(captures.get('cidr'));
  return parseAddress(cidr === undefined ? text : `${text}/${cidr}`);
}

/** The captures as a hit tells them: lower-case names of the tags, `users` when a session collected them. */
export function fieldsOf(captures: Captures, users: ReadonlySet<string>, ip: string | undefined): Hit['fields'] {
  const fields: [string, string | readonly string[]][] = [];
  for (const [name, value] of captures) {
    if (internal.test(name)) continue;
    const text = typeof value === 'string' ? value : value.map((part) => part ?? '');
    fields.push([fieldNames.get(name) ?? name, text]);
  }
  if (users.size > 0) fields.push(['users', [...users]]);
  if (ip !== undefined) fields.push(['ip', ip]);
  return Object.fromEntries(fields);
}
