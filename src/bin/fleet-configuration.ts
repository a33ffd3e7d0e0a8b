/** `fleet.conf` and the key of this host as f2b-fleetd finds them. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { loadLogFailures } from '../config/agent-file.js';
import { type FleetConfig, parseFleet } from '../config/fleet.js';
import { isMemberName } from '../core/names.js';
import { F2bError } from '../errors.js';
import { DEAF, DEAF_HINT } from '../fleet/counting/fleet-count.js';
import { readCredential } from '../host/credential.js';
import { publicKeyOf } from '../nats/key.js';
import { readConfigFile } from './config-file.js';
import { configPlaces } from './places.js';

const HINT = 'mend it, see f2b-fleet(7), then run: systemctl restart f2b-fleetd';

/** Throws CONFIG_INVALID with all problems. */
export function fleetConfiguration(configDirectory: string): FleetConfig & { readonly name: string } {
  const config = readConfigFile(join(configDirectory, 'fleet.conf'), parseFleet, HINT);
  const name = config.name ?? hostname().toLowerCase();
  if (isMemberName(name)) return { ...config, name };
  throw new F2bError('CONFIG_INVALID', `this machine is called ${JSON.stringify(name)}: write Name= in [Fleet]`, {
    hint: HINT,
  });
}

/** True when failures are to be counted together, and the agent is not to tell of single ones. */
export function isDeaf(configDirectory: string): boolean {
  return loadLogFailures(configPlaces(configDirectory)) !== 'yes';
}

/** Throws CONFIG_INVALID for what keeps f2b-fleetd from doing what it is told to, though it starts. */
export function requireHearing({ count }: FleetConfig, configDirectory: string): void {
  if (count !== undefined && isDeaf(configDirectory)) throw new F2bError('CONFIG_INVALID', DEAF, { hint: DEAF_HINT });
}

/** Of the credential, see f2b-fleetd.service. */
const NAME = 'f2b-fleet.nkey';

/** The seed that systemd hands over. Throws CONFIG_INVALID. */
export function fleetSeed(environment: Readonly<Record<string, string | undefined>>): Uint8Array {
  const read = readCredential(environment['CREDENTIALS_DIRECTORY'], NAME);
  if ('wrong' in read) throw noKey(`the credential ${NAME}: ${read.wrong}`);
  const seed = read.secret.trim();
  if (publicKeyOf(seed) === undefined) throw noKey(`the credential ${NAME} does not hold the seed of a user`);
  return new TextEncoder().encode(seed);
}

function noKey(detail: string): F2bError {
  return new F2bError('CONFIG_INVALID', `this host has no key for the fleet: ${detail}`, {
    hint: 'make one as root: f2bctl fleet enroll, then put the line it prints into the list of f2bctl fleet server-config',
  });
}
