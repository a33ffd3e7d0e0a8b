/**
 * Secrets as systemd hands them over, see systemd.exec(5) CREDENTIALS. Invariant: a secret comes from nowhere else, so it
 * is in no file that others may read, and in no message.
 */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { F2bError, systemCode } from '../errors.js';

/** No secret is longer, bytes. */
const LONGEST = 8_192;

/** Reads a secret by its name. Throws CREDENTIAL_MISSING. */
export type ReadCredential = (name: string) => string;

/** `directory`: $CREDENTIALS_DIRECTORY; undefined when the service was given none. */
export function credentialsIn(directory: string | undefined): ReadCredential {
  return (name) => {
    if (directory === undefined) throw missing(name, 'the service has no credentials');
    const read = secretIn(join(directory, name));
    if ('secret' in read) return read.secret;
    throw missing(name, read.wrong);
  };
}

function secretIn(path: string): { readonly secret: string } | { readonly wrong: string } {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile() || stats.size > LONGEST) return { wrong: 'it is no file, or too long' };
      // Bits of the group are the mask of the access list by which systemd lets the service's user read a root's file.
      if ((stats.mode & 0o007) !== 0) return { wrong: 'everybody may read it' };
      const secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
      return secret === '' || /[\r\n\0]/.test(secret) ? { wrong: 'it is empty, or has several lines' } : { secret };
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    return { wrong: systemCode(cause) ?? String(cause) };
  }
}

function missing(name: string, why: string): F2bError {
  const hint = `systemctl edit f2b-actiond, and write below [Service]: LoadCredential=${name}:/etc/f2b/secrets/${name}; then restart it`;
  return new F2bError('CREDENTIAL_MISSING', `${name} (${why})`, { hint });
}
