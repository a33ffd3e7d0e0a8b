/**
 * Countries and network owners for mails. Databases are large and mails are rare, so they are opened for each and let go,
 * and new ones are in force with the next. What is wrong with them is told once.
 */
import { type ConfigPlaces, loadGeoIpDirectories } from '../config/agent-file.js';
import type { F2bError } from '../errors.js';
import { GEOIP_FOLDERS } from '../geoip/folders.js';
import type { GeoIp } from '../geoip/geoip.js';
import { openGeoIp } from '../geoip/open-geoip.js';

/** Bytes of a file: more than the cities of GeoLite2 have, and no more than a service that is to stay small may load. */
const LARGEST = 100_000_000;

/** `usual`: the folders that count where the configuration names none. */
export function mailLocator(
  places: ConfigPlaces,
  tell: (problem: F2bError) => void,
  usual: readonly string[] = GEOIP_FOLDERS,
): () => Promise<GeoIp['locate']> {
  const told = new Set<string>();
  const tellNew = ({ problems }: GeoIp) => {
    for (const problem of problems) {
      if (!told.has(problem.message)) tell(problem);
      told.add(problem.message);
    }
  };
  return async () => {
    const geoip = await openGeoIp(undefined, async () => loadGeoIpDirectories(places), usual, LARGEST);
    if (geoip === undefined) return () => ({});
    tellNew(geoip);
    return (address) => {
      const located = geoip.locate(address);
      tellNew(geoip);
      return located;
    };
  };
}
