/** Lists of addresses as proxies and other services read them. Invariant: no line holds anything but an address of ours. */

import type { DenylistFormat } from '../../config/keys/action-keys.js';
import { type Address, compareAddresses } from '../../core/address/address.js';
import { traefikText } from './traefik.js';

const HEAD = 'Written by f2b-actiond(8): what is changed here is lost.\n';

/** Each line of the file. */
const lines: Readonly<Record<Exclude<DenylistFormat, 'traefik'>, (text: string, address: Address) => string>> = {
  plain: (text) => text,
  'nginx-geo': (text) => `${text} 1;`,
  'nginx-deny': (text) => `deny ${text};`,
  'haproxy-map': (text) => `${text} 1`,
  apache: (text) => `Require not ip ${text}`,
  caddy: (text) => text,
  'hosts-deny': (text, { family, length }) => `ALL: ${family === 4 ? ipv4Pattern(text) : ipv6Pattern(text, length)}`,
};

/** hosts_access(5) has `[net]/length` for IPv6, and net/mask for IPv4. */
function ipv6Pattern(text: string, length: number): string {
  return `[${text.replace(/\/.*/, '')}]/${length}`;
}

function ipv4Pattern(text: string): string {
  const [net = '', length] = text.split('/');
  if (length === undefined) return net;
  const mask = Array.from(
    { length: 4 },
    (_, octet) => 256 - 2 ** (8 - Math.min(8, Math.max(0, Number(length) - 8 * octet))),
  );
  return `${net}/${mask.join('.')}`;
}

/** The whole file, each address once. */
export function denylistText(format: DenylistFormat, addresses: Iterable<Address>): string {
  const unique = new Map([...addresses].map((address) => [address.text, address]));
  const sorted = [...unique.values()].sort(compareAddresses);
  if (format === 'traefik') return `# ${HEAD}${traefikText(sorted)}`;
  const listed = sorted.map((address) => lines[format](address.text, address));
  if (format === 'plain') return listed.map((line) => `${line}\n`).join('');
  if (format === 'caddy') return `# ${HEAD}${caddyMatcher(listed)}`;
  return `# ${HEAD}${listed.map((line) => `${line}\n`).join('')}`;
}

/** The lines of such a file, without comments. */
export function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

/** A matcher without addresses is an error for Caddy. */
function caddyMatcher(listed: readonly string[]): string {
  return listed.length === 0 ? '' : `@f2b client_ip ${listed.join(' ')}\nabort @f2b\n`;
}
