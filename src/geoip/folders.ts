/** Where databases are looked for. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where geoipupdate(1) and Debian put them. */
export const GEOIP_FOLDERS = ['/usr/share/GeoIP', '/var/lib/GeoIP'];

/** In the order of their names; none where there is no such folder, or one that is not ours to read. */
export function databasesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.mmdb'));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Debian's geoip-database, in the format before MaxMind DB: by family of addresses. */
export function legacyCountriesIn(folder: string): Readonly<Record<4 | 6, string | undefined>> {
  const [ipv4, ipv6] = ['GeoIP.dat', 'GeoIPv6.dat']
    .map((name) => join(folder, name))
    .map((path) => (existsSync(path) ? path : undefined));
  return { 4: ipv4, 6: ipv6 };
}

export function hasDatabases(folder: string): boolean {
  return databasesIn(folder).length > 0 || legacyCountriesIn(folder)[4] !== undefined;
}
