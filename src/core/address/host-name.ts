/**
 * Whether a text can be the name of a host. Numbers are none, though inet_aton(3) and so every resolver takes them for
 * addresses: 5 for 0.0.0.5, 1.2 for 1.0.0.2, 0x7f000001 for 127.0.0.1.
 */

/** Longest name of the DNS, in characters. */
const MAX_NAME = 253;
const numeric = /^(?:0x[0-9a-f]*|[0-9]+)$/i;

/** A name whose last part is a number is an address written oddly, or nothing. */
export function isHostName(text: string): boolean {
  const last = text.replace(/\.$/, '').split('.').at(-1) ?? '';
  return text.length <= MAX_NAME && last !== '' && !numeric.test(last);
}
