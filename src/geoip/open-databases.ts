/** Finds the databases in the administrator's folders, and opens those of use. Never waits: a pipe is no database. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import type { F2bError } from '../errors.js';
import { Malformed } from './data-reader.js';
import { Database, METADATA_SIZE, readMetadata } from './database.js';
import { databasesIn, hasDatabases, legacyCountriesIn } from './folders.js';
import { createGeoIp, type GeoIp, type NamedDatabase, unusable } from './geoip.js';
import { LegacyCountries } from './legacy-countries.js';

/** Bytes: the largest that MaxMind makes has a quarter. */
const LARGEST = 1_000_000_000;

/** What is in a file, by how its maker calls it; the first that fits is taken. */
const COUNTRY_TYPES = [/country/i, /city|enterprise|location/i];
const OWNER_TYPES = [/asn/i, /isp|enterprise/i];

interface Found {
  readonly path: string;
  readonly type: string;
}

/** Undefined where there is no such file in the folders. `largest`: of the files that are read, bytes. */
export function openDatabases(folders: readonly string[], largest = LARGEST): GeoIp | undefined {
  const paths = folders.flatMap(databasesIn);
  if (!folders.some(hasDatabases)) return undefined;
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
    .map((path) => attempt(path, () => ({ path, type: typeOf(path, largest) })))
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
  const [countries, owners] = [open(COUNTRY_TYPES) ?? openLegacy(folders, largest, attempt), open(OWNER_TYPES)];
  return createGeoIp(
    { ...(countries === undefined ? {} : { countries }), ...(owners === undefined ? {} : { owners }) },
    problems,
  );
}

/** Of the first folder that has such files: they are asked only where no newer one tells of countries. */
function openLegacy(
  folders: readonly string[],
  largest: number,
  attempt: <T>(path: string, work: () => T) => T | undefined,
): NamedDatabase | undefined {
  const found = folders.map(legacyCountriesIn).find((paths) => paths[4] !== undefined);
  const path = found?.[4];
  if (found === undefined || path === undefined) return undefined;
  const bytes = (file: string | undefined) =>
    file === undefined ? undefined : readFileSync(requireFile(file, largest));
  return attempt(path, () => ({ path, database: new LegacyCountries({ 4: bytes(path), 6: bytes(found[6]) }) }));
}

/** Throws Malformed for what is no file, or too large. */
function requireFile(path: string, largest: number): string {
  const stats = statSync(path);
  if (!stats.isFile()) throw new Malformed('it is no file');
  if (stats.size > largest) throw new Malformed(`it has more than ${largest} bytes, the most that are read here`);
  return path;
}

/** Read from the end of the file alone. Throws Malformed, or what the file system throws. */
function typeOf(path: string, largest: number): string {
  const { size } = statSync(requireFile(path, largest));
  const descriptor = openSync(path, 'r');
  try {
    const end = Buffer.alloc(Math.min(METADATA_SIZE, size));
    const length = readSync(descriptor, end, 0, end.length, size - end.length);
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
