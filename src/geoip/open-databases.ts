/** Finds the databases in the administrator's folders, and opens those of use. Never waits: a pipe is no database. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import type { F2bError } from '../errors.js';
import { Malformed } from './data-reader.js';
import { Database, METADATA_SIZE, readMetadata } from './database.js';
import { databasesIn } from './folders.js';
import { createGeoIp, type GeoIp, type NamedDatabase, unusable } from './geoip.js';

/** Bytes: the largest that MaxMind makes has a quarter. */
const LARGEST = 1_000_000_000;

/** What is in a file, by how its maker calls it; the first that fits is taken. */
const COUNTRY_TYPES = [/country/i, /city|enterprise|location/i];
const OWNER_TYPES = [/asn/i, /isp|enterprise/i];

interface Found {
  readonly path: string;
  readonly type: string;
}

/** Undefined where there is no such file in the folders. */
export function openDatabases(folders: readonly string[]): GeoIp | undefined {
  const paths = folders.flatMap(databasesIn);
  if (paths.length === 0) return undefined;
  const problems: F2bError[] = [];
  const attempt = <T>(path: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      problems.push(unusable(path, error));
      return undefined;
    }
  };
  const found = paths
    .map((path) => attempt(path, () => ({ path, type: typeOf(path) })))
    .filter((one) => one !== undefined);
  const opened = new Map<string, NamedDatabase | undefined>();
  const open = (types: readonly RegExp[]): NamedDatabase | undefined => {
    const path = choice(found, types);
    if (path === undefined) return undefined;
    if (!opened.has(path))
      opened.set(
        path,
        attempt(path, () => ({ path, database: new Database(readFileSync(path)) })),
      );
    return opened.get(path);
  };
  const [countries, owners] = [open(COUNTRY_TYPES), open(OWNER_TYPES)];
  return createGeoIp(
    { ...(countries === undefined ? {} : { countries }), ...(owners === undefined ? {} : { owners }) },
    problems,
  );
}

/** Read from the end of the file alone. Throws Malformed, or what the file system throws. */
function typeOf(path: string): string {
  const stats = statSync(path);
  if (!stats.isFile()) throw new Malformed('it is no file');
  if (stats.size > LARGEST) throw new Malformed('it is larger than any database');
  const descriptor = openSync(path, 'r');
  try {
    const end = Buffer.alloc(Math.min(METADATA_SIZE, stats.size));
    const length = readSync(descriptor, end, 0, end.length, stats.size - end.length);
    return readMetadata(end.subarray(0, length)).type;
  } finally {
    closeSync(descriptor);
  }
}

function choice(found: readonly Found[], types: readonly RegExp[]): string | undefined {
  for (const wanted of types) {
    const fits = found.find(({ type }) => wanted.test(type));
    if (fits !== undefined) return fits.path;
  }
  return undefined;
}
