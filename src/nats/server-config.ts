/** The configuration of nats-server for a fleet: who may connect, and what each may do. Pure. */
import type { Enrolled } from './enrolled.js';
import { publishable, subscribable } from './permissions.js';

export interface ServerOptions {
  readonly listen: string;
  /** Where the stream lies. */
  readonly storeDirectory: string;
  /** Undefined: not encrypted, for a server that only this machine reaches. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
  /** Undefined: it is the only one. */
  readonly cluster: ClusterOptions | undefined;
}

/** The servers of a cluster keep the stream together. */
export interface ClusterOptions {
  /** Of this server; each has another. */
  readonly name: string;
  readonly listen: string;
  /** `host:port` of the others. */
  readonly routes: readonly string[];
  /** The authority that signed the certificates of all of them: each checks those of the others. */
  readonly authority: string;
}

/** More than the answers of JetStream are long. */
const MAX_PAYLOAD = 65_536;

export function serverConfig(enrolled: readonly Enrolled[], options: ServerOptions): string {
  const { listen, storeDirectory, tls, cluster } = options;
  return [
    '# Written by f2bctl fleet server-config, for nats-server 2.9 or newer.',
    `listen: ${quoted(listen)}`,
    `max_payload: ${MAX_PAYLOAD}`,
    `jetstream { store_dir: ${quoted(storeDirectory)}, max_memory_store: 64MB, max_file_store: 4GB }`,
    ...(tls === undefined
      ? []
      : [`tls { cert_file: ${quoted(tls.certificate)}, key_file: ${quoted(tls.key)}, timeout: 5 }`]),
    ...(cluster === undefined ? [] : clusterLines(cluster, tls)),
    'accounts {',
    '  F2B {',
    '    jetstream: enabled',
    '    users: [',
    ...enrolled.flatMap(userLines),
    '    ]',
    '  }',
    '}',
    '',
  ].join('\n');
}

function clusterLines(
  { name, listen, routes, authority }: ClusterOptions,
  tls: ServerOptions['tls'],
): readonly string[] {
  const urls = routes.map((place) => quoted(`nats-route://${place}`)).join(', ');
  const files = (own: NonNullable<typeof tls>) =>
    `cert_file: ${quoted(own.certificate)}, key_file: ${quoted(own.key)}, ca_file: ${quoted(authority)}`;
  return [
    `server_name: ${quoted(name)}`,
    'cluster {',
    '  name: F2B',
    `  listen: ${quoted(listen)}`,
    `  routes: [${urls}]`,
    ...(tls === undefined ? [] : [`  tls { ${files(tls)}, verify: true, timeout: 5 }`]),
    '}',
  ];
}

function userLines({ host, key, isAdministrator }: Enrolled): readonly string[] {
  const subjects = (all: readonly string[]) => all.map(quoted).join(', ');
  return [
    `      # ${host}${isAdministrator ? ', an administrator' : ''}`,
    `      { nkey: ${key}, permissions: {`,
    `        publish: { allow: [${subjects(publishable(host, isAdministrator))}] }`,
    `        subscribe: { allow: [${subjects(subscribable(host))}] } } }`,
  ];
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
