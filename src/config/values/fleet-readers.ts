/** Readers of `fleet.conf`: servers and the name of this host. */
import { parseAddress } from '../../core/address/address.js';
import { isMemberName } from '../../core/names.js';
import { quoted } from './quoted.js';
import type { Reader } from './readers.js';
import { right, wrong } from './reading.js';

export interface FleetServer {
  /** `host:port`, as the client takes it. */
  readonly place: string;
  readonly isEncrypted: boolean;
}

/** NATS' own. */
const DEFAULT_PORT = 4_222;

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** `tls://HOST:PORT`; without encryption, `nats://`, to this machine alone. */
export const fleetServer: Reader<FleetServer> = (text) => {
  const found = /^(tls|nats):\/\/([\w.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::(\d{1,5}))?$/i.exec(text);
  const [, scheme = '', host = '', port = String(DEFAULT_PORT)] = found ?? [];
  if (found === null || Number(port) < 1 || Number(port) > 65_535)
    return wrong(`${quoted(text)} is not a server`, 'write tls://nats1.example.org:4222');
  const isEncrypted = scheme.toLowerCase() === 'tls';
  if (!isEncrypted && !LOOPBACK.includes(host))
    return wrong(`${quoted(text)} is not encrypted`, 'write tls:// in front; nats:// is for localhost alone');
  if (isEncrypted && parseAddress(host.replace(/[[\]]/g, '')) !== undefined)
    return wrong(`${quoted(text)} is an address`, 'write the name that is in the server’s certificate');
  return right({ place: `${host}:${port}`, isEncrypted });
};

/** What a host may be called in the fleet. */
export const fleetName: Reader<string> = (text) =>
  isMemberName(text)
    ? right(text)
    : wrong(`${quoted(text)} is not the name of a host`, 'write small letters, digits, dots and hyphens');
