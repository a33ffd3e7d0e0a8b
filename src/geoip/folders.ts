/** Where databases are looked for. */
import { readdirSync } from 'node:fs';
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

export function hasDatabases(folder: string): boolean {
  return databasesIn(folder).length > 0;
}
