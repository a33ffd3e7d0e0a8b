/**
 * A dynamic configuration of Traefik 3 that refuses addresses. It has no deny list: a router comes before all others and
 * takes the requests of these addresses, and its middleware lets in nobody. Invariant: no text in it but addresses of ours
 * and patterns of them.
 */
import type { Address } from '../../core/address/address.js';
import { addressPattern } from './address-pattern.js';

/** The highest that Traefik lets anybody have where it has 32 bits; by default it is the length of the rule. */
const PRIORITY = 2_147_482_647;

/** Middleware, and a service that is never reached. Nobody comes from this address. */
const NOBODY = `http:
  middlewares:
    f2b:
      ipAllowList:
        sourceRange: ["255.255.255.255/32"]
  services:
    f2b:
      loadBalancer:
        servers:
          - url: "http://127.0.0.1:9"
  routers:
`;

/** Without addresses there is nothing to configure. */
export function traefikText(addresses: readonly Address[]): string {
  if (addresses.length === 0) return '';
  const rule = ruleOf(addresses);
  // A router takes either what comes over TLS or what does not.
  return `${NOBODY}${routerText('f2b', rule)}${routerText('f2b-tls', rule)}      tls: {}\n`;
}

function routerText(name: string, rule: string): string {
  return `    ${name}:
      rule: ${JSON.stringify(rule)}
      priority: ${PRIORITY}
      middlewares: ["f2b"]
      service: "f2b"
`;
}

/** Whom Traefik talks to, or whom the proxy before it added last to the header. */
function ruleOf(addresses: readonly Address[]): string {
  const peers = addresses.map(({ text }) => `ClientIP(\`${text}\`)`);
  return [...peers, `HeaderRegexp(\`X-Forwarded-For\`, \`${forwardedPattern(addresses)}\`)`].join(' || ');
}

/** The last element of the header; some proxies write IPv4 addresses as mapped ones, or any with a port. */
export function forwardedPattern(addresses: readonly Address[]): string {
  const patternsOf = (wanted: 4 | 6) => addresses.filter(({ family }) => family === wanted).map(addressPattern);
  const [ipv4, ipv6] = [patternsOf(4), patternsOf(6)];
  const texts = [
    ...(ipv4.length === 0 ? [] : [`(?:::ffff:)?(?:${ipv4.join('|')})]?(?::[0-9]{1,5})?`]),
    ...(ipv6.length === 0 ? [] : [`(?:${ipv6.join('|')})(?:](?::[0-9]{1,5})?)?`]),
  ];
  return `(?i)(?:^|,) *[[]?(?:${texts.join('|')}) *$`;
}
