/** The configuration of nats-server for a fleet: who may connect, and what each may do. Pure. */
import type { Enrolled } from './enrolled.js';
import { publishable, subscribable } from './permissions.js';

export interface ServerOptions {
  readonly listen: string;
  /** Where the stream lies. */
  readonly storeDirectory: string;
  /** Undefined: not encrypted, for a server that only this machine reaches. */
  readonly tls: { readonly certificate: string; readonly key: string } | undefined;
}

/** More than the answers of JetStream are long. */
const MAX_PAYLOAD = 65_536;

export function serverConfig(enrolled: readonly Enrolled[], options: ServerOptions): string {
  const { listen, storeDirectory, tls } = options;
  return [
    '# Written by f2bctl fleet server-config, for nats-server 2.9 or newer.',
    `listen: ${quoted(listen)}`,
    `max_payload: ${MAX_PAYLOAD}`,
    `jetstream { store_dir: ${quoted(storeDirectory)}, max_memory_store: 64MB, max_file_store: 4GB }`,
    ...(tls === undefined
      ? []
      : [`tls { cert_file: ${quoted(tls.certificate)}, key_file: ${quoted(tls.key)}, timeout: 5 }`]),
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
