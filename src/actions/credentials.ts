/** The secrets of actions. Invariant: a secret comes from systemd and nowhere else, so it is in no message. */
import { F2bError } from '../errors.js';
import { readCredential } from '../host/credential.js';

/** Reads a secret by its name. Throws CREDENTIAL_MISSING. */
export type ReadCredential = (name: string) => string;

/** `directory`: $CREDENTIALS_DIRECTORY; undefined when the service was given none. */
export function credentialsIn(directory: string | undefined): ReadCredential {
  return (name) => {
    const read = readCredential(directory, name);
    if ('secret' in read) return read.secret;
    const hint = `systemctl edit f2b-actiond, and write below [Service]: LoadCredential=${name}:/etc/f2b/secrets/${name}; then restart it`;
    throw new F2bError('CREDENTIAL_MISSING', `${name} (${read.wrong})`, { hint });
  };
}
