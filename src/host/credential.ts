/** A secret as systemd hands it over, see systemd.exec(5) CREDENTIALS. Invariant: what others may read is no secret. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../errors.js';

/** No secret is longer, bytes. */
const LONGEST = 8_192;

/** One line, without its end; or why there is none, without a word of it. */
export type Credential = { readonly secret: string } | { readonly wrong: string };

/** `directory`: $CREDENTIALS_DIRECTORY; undefined when the service was given none. */
export function readCredential(directory: string | undefined, name: string): Credential {
  if (directory === undefined) return { wrong: 'the service has no credentials' };
  try {
    const file = openSync(join(directory, name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      return secretIn(file);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    return { wrong: systemCode(cause) ?? String(cause) };
  }
}

function secretIn(file: number): Credential {
  const stats = fstatSync(file);
  if (!stats.isFile() || stats.size > LONGEST) return { wrong: 'it is no file, or too long' };
  // Bits of the group are the mask of the access list by which systemd lets the service's user read a root's file.
  if ((stats.mode & 0o007) !== 0) return { wrong: 'everybody may read it' };
  const secret = readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  return secret === '' || /[\r\n\0]/.test(secret) ? { wrong: 'it is empty, or has several lines' } : { secret };
}
