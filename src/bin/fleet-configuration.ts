/** `fleet.conf` and the key of this host as f2b-fleetd and f2bctl find them. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createDisk } from '../config/files/disk.js';
import { type FleetConfig, parseFleet } from '../config/fleet.js';
import { formatProblem } from '../core/problem.js';
import { F2bError } from '../errors.js';
import { isHostName } from '../fleet/subject.js';
import { readCredential } from '../host/credential.js';
import { publicKeyOf } from '../nats/key.js';
import { counted } from '../text/counted.js';

/** Throws CONFIG_INVALID with all problems. */
export function fleetConfiguration(configDirectory: string): FleetConfig & { readonly name: string } {
  const text = createDisk().text(join(configDirectory, 'fleet.conf'));
  const parsed = text.value === undefined ? { value: undefined, problems: [] } : parseFleet(text.value);
  const problems = [...text.problems, ...parsed.problems];
  if (parsed.value === undefined || problems.length > 0) {
    throw invalid(`${counted(problems.length, 'problem')}\n${problems.map(formatProblem).join('\n')}`);
  }
  const name = parsed.value.name ?? hostname().toLowerCase();
  if (!isHostName(name)) throw invalid(`this machine is called ${JSON.stringify(name)}: write Name= in [Fleet]`);
  return { ...parsed.value, name };
}

function invalid(detail: string): F2bError {
  return new F2bError('CONFIG_INVALID', detail, {
    hint: 'mend it, see f2b-fleet(7), then run: systemctl restart f2b-fleetd',
  });
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
