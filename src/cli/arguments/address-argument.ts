/** Addresses as people write them: an address, a prefix, or the name of a host, which stands for all its addresses. */
import { type Address, fullLength, parseAddress } from '../../core/address/address.js';
import { F2bError, withAdvice } from '../../errors.js';

/** All addresses, of both families. */
export const EVERYBODY: readonly Address[] = ['0.0.0.0/0', '::/0']
  .map(parseAddress)
  .filter((address) => address !== undefined);

/** True when it can only be the name of a host. */
export function isHost(text: string): boolean {
  return parseAddress(text) === undefined;
}

/** Throws USAGE when it is neither an address nor a name that resolves. */
export async function addressesOf(
  text: string,
  resolve: (name: string) => Promise<readonly string[]>,
): Promise<readonly [Address, ...Address[]]> {
  const address = parseAddress(text);
  if (address !== undefined) return [address];
  const looksLikeName = /^[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9])?$/i.test(text) && /[a-z]/i.test(text);
  const found = looksLikeName ? await resolve(text) : [];
  const addresses = found.map(parseAddress).filter((one) => one !== undefined);
  const [first, ...others] = new Map(addresses.map((one) => [one.text, one])).values();
  if (first !== undefined) return [first, ...others];
  throw new F2bError('USAGE', `${JSON.stringify(text)} is no address, prefix or host name that resolves`, {
    hint: hintFor(text),
  });
}

function hintFor(text: string): string {
  const meant = prefixBegun(text) ?? addressWithin(text);
  if (meant !== undefined) return `did you mean ${meant.text}?`;
  const length = rightLength(text);
  if (length !== undefined) return length;
  const ends = text.split('-').map(parseAddress);
  if (ends.length === 2 && !ends.includes(undefined))
    return 'write the prefixes that make up the range, such as 192.0.2.0/28, or its addresses one by one';
  return 'write for example 192.0.2.1, 2001:db8::/64 or host.example.org';
}

/**
 * The address in what names a port, too, or is a URL: `192.0.2.1:22`, `[2001:db8::1]:22`, `http://192.0.2.1/`. Who writes
 * `192.0.2.0/33` means a network: one address of it is no answer.
 */
function addressWithin(text: string): Address | undefined {
  const [, scheme, bracketed, plain = '', path = ''] =
    /^([a-z]+:\/\/)?(?:\[([^\]]+)\]|([\d.]+))(?::\d+)?(\/.*)?$/i.exec(text) ?? [];
  if (scheme !== undefined || path.length <= 1) return parseAddress(bracketed ?? plain);
  return bracketed === undefined ? undefined : parseAddress(`${bracketed}${path}`);
}

/** What stands behind the slash of a prefix, for what would be one if that were right. */
export function rightLength(text: string): string | undefined {
  const [before = '', behind] = text.split('/', 2);
  const address = behind === undefined ? undefined : parseAddress(before);
  if (address === undefined) return undefined;
  const right = `the length of a prefix of IPv${address.family} is 0 to ${fullLength(address.family)}`;
  return address.family === 4 ? `${right}, or a netmask such as 255.255.255.0` : right;
}

/** The prefix that somebody means who writes the beginning of an IPv4 address alone: `10.2`, `10.2.`, `10.2.*`. */
export function prefixBegun(text: string): Address | undefined {
  const bytes = /^((?:\d{1,3}\.){0,2}\d{1,3})(?:\.\*?)?$/.exec(text)?.[1]?.split('.') ?? [];
  return parseAddress(`${[...bytes, '0', '0', '0'].slice(0, 4).join('.')}/${8 * bytes.length}`);
}

/** Those of all the texts, each of which may be several with commas or blanks between them. Throws USAGE. */
export async function allAddressesOf(
  texts: readonly string[],
  resolve: (name: string) => Promise<readonly string[]>,
): Promise<readonly Address[]> {
  const addresses: Address[] = [];
  for (const text of texts.flatMap((list) => list.split(/[,\s]+/)).filter((one) => one !== '')) {
    addresses.push(...(await addressesOf(text, resolve).catch((error: unknown) => requireNoJail(texts, error))));
  }
  return addresses;
}

/** fail2ban-client names the jail before the address. Throws the error, with a better hint then. */
function requireNoJail(texts: readonly string[], error: unknown): never {
  const isBesideAddress = texts.length > 1 && texts.some((text) => parseAddress(text) !== undefined);
  if (!(error instanceof F2bError) || !isBesideAddress) throw error;
  throw withAdvice(error, 'a jail is named by --jail JAIL, a length of time by --for TIME');
}

/** The addresses and prefixes in the lines of a file; `#` begins a comment. Throws USAGE with the line of a wrong one. */
export function addressesIn(lines: Iterable<string>, name: string): readonly Address[] {
  const found: Address[] = [];
  let line = 0;
  for (const text of lines) {
    line += 1;
    const word = text.replace(/#.*/, '').trim();
    if (word === '') continue;
    const address = parseAddress(word);
    if (address === undefined) {
      const hint = 'write one address or prefix a line; nobody was banned';
      throw new F2bError('USAGE', `${name}:${line}: ${JSON.stringify(word.slice(0, 80))} is no address or prefix`, {
        hint,
      });
    }
    found.push(address);
  }
  return found;
}
