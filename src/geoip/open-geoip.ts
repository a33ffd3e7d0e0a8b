/** Which folders count: the one that was asked for, else those of the configuration, else the usual ones. */
import { F2bError } from '../errors.js';
import { GEOIP_FOLDERS, hasDatabases } from './folders.js';
import type { GeoIp } from './geoip.js';

/**
 * Undefined where the usual folders have no database; nothing is loaded to read one then. A configured folder without one
 * is a problem, no error. `largest`: of the files that are read, bytes. Throws GEOIP_UNUSABLE when the folder that was asked for has none.
 */
export async function openGeoIp(
  asked: string | undefined,
  configured: () => Promise<readonly string[]>,
  usual: readonly string[] = GEOIP_FOLDERS,
  largest?: number,
): Promise<GeoIp | undefined> {
  if (asked !== undefined && !hasDatabases(asked)) throw withoutDatabases(asked);
  const named = asked === undefined ? await configured() : [asked];
  const folders = named.length > 0 ? named : usual;
  if (folders.some(hasDatabases)) return (await import('./open-databases.js')).openDatabases(folders, largest);
  if (named.length === 0) return undefined;
  return (await import('./geoip.js')).createGeoIp({}, named.map(withoutDatabases));
}

function withoutDatabases(folder: string): F2bError {
  return new F2bError('GEOIP_UNUSABLE', `there is no file *.mmdb, nor GeoIP.dat, in ${folder}`);
}
