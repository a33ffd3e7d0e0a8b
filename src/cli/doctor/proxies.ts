/**
 * Proxies and content networks in front of web servers that jails guard, told before one of them is banned, and where a
 * firewall could not keep anybody out.
 */
import { DEFAULT_CONFIG_DIRECTORY } from '../../config/directories.js';
import type { JailEntry } from '../../config/files/configuration-files.js';
import type { Address } from '../../core/address/address.js';
import { isPrivate } from '../../core/address/private.js';
import { isGlob } from '../../core/glob.js';
import { MICROS_PER_DAY } from '../../core/time.js';
import type { Dependencies } from '../dependencies.js';
import { contentNetworkOf } from './content-networks.js';
import { type Failing, type FailingAddress, failingOf, sumOf } from './failing.js';
import { type Examination, type Finding, warning } from './finding.js';
import { recentEntries } from './recent-entries.js';
import { type Request, requestIn } from './requests.js';
import { believedProxies, type WebServer, webServerOf } from './web-server.js';

export const proxies: Examination = {
  name: 'Proxies',
  async find(dependencies, directory) {
    const jails = (await dependencies.configuration.jails(directory)).filter(({ state }) => state === 'enabled');
    const failing = await failingOf(dependencies);
    const found: Finding[] = [];
    for (const service of await webServices(jails, dependencies, directory))
      found.push(...(await findingsOf(service, failing, dependencies)));
    return [...found, ...jails.flatMap(({ name }) => ownFailing(name, failing.get(name)))];
  },
};

/** What jails that close ports of the web read: jails of the same units are one. */
interface WebService {
  readonly units: readonly string[];
  readonly jails: readonly JailEntry[];
  readonly server: WebServer | undefined;
}

const WEB_PORTS = /\b(?:80|443|8080|8443|https?)(?:\/|\s|$)/;

async function webServices(
  jails: readonly JailEntry[],
  { configuration }: Dependencies,
  directory: string,
): Promise<readonly WebService[]> {
  const services = new Map<string, WebService>();
  for (const jail of jails) {
    const settings = await configuration.settings(directory, jail.name);
    const units = jail.units.filter((unit) => !isGlob(unit));
    const ports = settings.find(({ key }) => key === 'Ports')?.value ?? '';
    if (units.length === 0 || !WEB_PORTS.test(ports)) continue;
    const key = units.join(' ');
    const known = services.get(key)?.jails ?? [];
    services.set(key, { units, jails: [...known, jail], server: webServerOf(units) });
  }
  return [...services.values()];
}

const WEEK = 7 * MICROS_PER_DAY;
/** Requests that are looked at. */
const MOST_REQUESTS = 500;

async function findingsOf(
  service: WebService,
  failing: ReadonlyMap<string, Failing>,
  dependencies: Dependencies,
): Promise<readonly Finding[]> {
  const [first] = service.jails;
  const matches = service.units.map((unit) => [`_SYSTEMD_UNIT=${unit}`]);
  const request = { ...first?.source, matches, fields: [] };
  const entries = await recentEntries(dependencies, request, dependencies.now() - WEEK, MOST_REQUESTS);
  const requests = entries.flatMap(({ line, messageAt }) => requestIn(line.slice(messageAt)) ?? []);
  const hidden = hiddenClients(service, requests) ?? failingNetwork(service, failing);
  return hidden === undefined ? outOfReach(service, dependencies) : [hidden];
}

/** So many requests tell something, and so many clients behind one address are no accident. */
const FEWEST_REQUESTS = 20;
const FEWEST_CLIENTS = 3;

/** Most requests come from a content network, or from one address for several clients. */
function hiddenClients(service: WebService, requests: readonly Request[]): Finding | undefined {
  if (requests.length < FEWEST_REQUESTS) return undefined;
  const isMost = (some: number) => 2 * some >= requests.length;
  const of = `of the last ${requests.length} requests to ${service.units.join(' ')}`;
  const byNetwork = grouped(requests, ({ peer }) => contentNetworkOf(peer)?.name);
  for (const [name, some] of byNetwork)
    if (isMost(some.length)) return toldAsHidden(service, `${some.length} ${of} came from ${name}`, some[0]?.peer);
  for (const [peer, some] of grouped(requests, (request) => request.peer.text)) {
    const clients = some.flatMap(({ client }) => (client === undefined || client.text === peer ? [] : client.text));
    if (isMost(clients.length) && new Set(clients).size >= FEWEST_CLIENTS)
      return toldAsHidden(service, `${some.length} ${of} came from ${peer}, for others`, some[0]?.peer);
  }
  return undefined;
}

/** Failures that tell something. */
const FEWEST_FAILURES = 5;

/** Most failures are of a content network, or of one address of a private network. */
function failingNetwork(service: WebService, failing: ReadonlyMap<string, Failing>): Finding | undefined {
  for (const { name } of service.jails) {
    const { addresses = [] } = failing.get(name) ?? {};
    const all = sumOf(addresses);
    const told = (some: readonly FailingAddress[], who: string) =>
      toldAsHidden(service, `${sumOf(some)} of ${all} failures of a week in ${name} were of ${who}`, some[0]?.address);
    for (const [network, some] of grouped(addresses, ({ address }) => contentNetworkOf(address)?.name))
      if (some.length > 1 && isMuch(sumOf(some), all)) return told(some, network);
    const own = addresses.find(({ address, failures }) => isPrivate(address) && isMuch(failures, all));
    if (own !== undefined) return told([own], own.address.text);
  }
  return undefined;
}

function isMuch(failures: number, all: number): boolean {
  return failures >= FEWEST_FAILURES && 2 * failures >= all;
}

/** Such a failure is spared, so nobody is ever banned. */
function ownFailing(jail: string, known: Failing | undefined): readonly Finding[] {
  if (known === undefined || !isMuch(known.own, known.failures)) return [];
  return [
    warning(
      `${known.own} of ${known.failures} failures of a week in ${jail} were of this machine itself, which is spared`,
      'a proxy on it hides its clients: let the service take their addresses from it (its trusted proxies), or let the jail read what the proxy logs; or a program here has a wrong password',
    ),
  ];
}

function toldAsHidden({ server, jails }: WebService, what: string, peer: Address | undefined): Finding {
  const network = peer && contentNetworkOf(peer);
  const header = network?.header ?? 'X-Forwarded-For';
  const names = jails.map(({ name }) => name).join(', ');
  const advice = server?.advice(header) ?? `let the service take clients from the proxy’s ${header}`;
  return warning(
    `${what}: if that stands in front, ${names} would ban everybody behind it`,
    // An attacker may well write log lines like those of a proxy.
    network !== undefined || (peer !== undefined && isPrivate(peer))
      ? `if you put it there: ${advice}; until then IgnoreIP= with its networks in ${names}`
      : `if you put it there: ${advice}`,
  );
}

/** The server knows its clients by a proxy elsewhere: their packets do not come here, so the firewall never meets them. */
function outOfReach({ server, jails, units }: WebService, dependencies: Dependencies): readonly Finding[] {
  const believed = server === undefined ? [] : believedProxies(server, dependencies).filter((one) => !isPrivate(one));
  if (believed.length === 0 || hasDenyList(dependencies)) return [];
  return [
    warning(
      `${units.join(' ')} takes clients from a proxy elsewhere (${believed[0]?.text}): the firewall does not meet whom ${jails.map(({ name }) => name).join(', ')} bans`,
      'let the server itself refuse them, by a deny list that f2b-actiond writes: Type=denylist in f2b.action(5); or ban at the proxy',
    ),
  ];
}

function hasDenyList({ configuration }: Dependencies): boolean {
  const folder = `${DEFAULT_CONFIG_DIRECTORY}/actions`;
  return configuration
    .list(folder)
    .some((name) =>
      /^\s*Type\s*=\s*(?:denylist|command|webhook)\b/m.test(configuration.read(`${folder}/${name}`) ?? ''),
    );
}

/** What has a key, by it, the most first. */
function grouped<T>(
  all: readonly T[],
  keyOf: (one: T) => string | undefined,
): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return [...groups].sort(([, one], [, other]) => other.length - one.length);
}
