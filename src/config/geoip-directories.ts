/** Where the administrator's databases of countries and network owners lie. The agent reads none, it only checks this. */
import type { Problem } from '../core/problem.js';
import { type Assigned, list, type Placed } from './assigned.js';
import { agentKeys } from './keys/keys.js';
import type { Machine } from './values/machine.js';
import { quoted } from './values/quoted.js';

/** Folders of which a service with PrivateTmp=yes has its own. */
const OF_EACH_SERVICE = /^\/(?:var\/)?tmp(?:\/|$)/;

export function geoIpDirectories(assigned: Assigned): readonly string[] {
  return list(assigned, agentKeys.geoipDirectory).map(({ value }) => value);
}

/** Folders without a database. One that may not be looked into is taken as it is: it is others who read there. */
export function foldersWithoutDatabases(assigned: Assigned, machine: Machine): readonly Problem[] {
  return list(assigned, agentKeys.geoipDirectory).flatMap((folder) => {
    if (OF_EACH_SERVICE.test(folder.value)) return [];
    const { value: names = [], problems } = machine.names(folder.value);
    if (problems.length > 0 || names.some(isDatabase)) return [];
    return [withoutDatabases(folder, machine.isMissing(folder.value))];
  });
}

/** In the format of MaxMind DB, or as Debian's geoip-database calls it. */
function isDatabase(name: string): boolean {
  return name.endsWith('.mmdb') || name === 'GeoIP.dat';
}

function withoutDatabases({ value, place }: Placed<string>, isMissing: boolean): Problem {
  const fault = isMissing ? 'is no folder' : 'has no file *.mmdb';
  return {
    ...(place ?? { file: 'f2bd.conf', line: 0 }),
    message: `GeoIPDirectory=: ${quoted(value)} ${fault}, so it tells no countries`,
    hint: 'put databases in the format of MaxMind DB there, as geoipupdate(1) does',
    severity: 'warning',
  };
}
