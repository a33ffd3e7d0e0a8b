/** The web servers that are known by their units: whom their configuration believes about clients, and how it is told. */
import { type Address, parseAddress } from '../../core/address/address.js';
import type { Dependencies } from '../dependencies.js';

export interface WebServer {
  readonly units: readonly string[];
  /** Files, and folders with files. */
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** What names proxies whose word about clients is taken; the addresses stand behind it. */
  readonly directive: RegExp;
  /** How to name them. `header`: in which the client's address comes. */
  readonly advice: (header: string) => string;
}

const SERVERS: readonly WebServer[] = [
  {
    units: ['nginx.service'],
    files: ['/etc/nginx/nginx.conf'],
    folders: ['/etc/nginx/conf.d', '/etc/nginx/sites-enabled'],
    directive: /^\s*set_real_ip_from\s+([^;]+);/gm,
    advice: (header) => `in nginx, set_real_ip_from for each of its networks, and real_ip_header ${header}`,
  },
  {
    units: ['apache2.service', 'httpd.service'],
    files: ['/etc/apache2/apache2.conf', '/etc/apache2/mods-enabled/remoteip.conf'],
    folders: ['/etc/apache2/conf-enabled', '/etc/apache2/sites-enabled'],
    directive: /^\s*RemoteIP(?:TrustedProxy|InternalProxy)\s+(.+)$/gim,
    advice: (header) => `a2enmod remoteip, then RemoteIPHeader ${header} and RemoteIPTrustedProxy with its networks`,
  },
  {
    units: ['caddy.service', 'caddy-api.service'],
    files: ['/etc/caddy/Caddyfile'],
    folders: [],
    directive: /^\s*trusted_proxies\s+static\s+(.+)$/gm,
    advice: (header) => `in the Caddyfile, trusted_proxies static with its networks, and client_ip_headers ${header}`,
  },
];

/** Undefined when none of the units is a known one's. */
export function webServerOf(units: readonly string[]): WebServer | undefined {
  return SERVERS.find((server) => units.some((unit) => server.units.includes(unit)));
}

/** The addresses and networks of proxies that it believes, as far as its files can be read. */
export function believedProxies(
  { files, folders, directive }: WebServer,
  { configuration }: Pick<Dependencies, 'configuration'>,
): readonly Address[] {
  const paths = [
    ...files,
    ...folders.flatMap((folder) => configuration.list(folder).map((name) => `${folder}/${name}`)),
  ];
  return paths
    .flatMap((path) => [...(configuration.read(path) ?? '').matchAll(directive)])
    .flatMap(([, words = '']) => words.split(/\s+/))
    .flatMap((word) => parseAddress(word) ?? []);
}
