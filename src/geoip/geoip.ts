/**
 * What the administrator's own databases say of addresses. Invariant: a damaged one is told once and not asked again, and
 * nothing that it holds is believed further than it looks right.
 */
import type { Address } from '../core/address/address.js';
import { F2bError } from '../errors.js';
import { Malformed } from './data-reader.js';

/** Of an address, or of all that lies in a prefix, as far as it is known. */
export interface Located {
  /** Two letters of ISO 3166. */
  readonly country?: string;
  /** Who announces the network: `AS64496 Example Net`. */
  readonly owner?: string;
}

export interface GeoIp {
  locate(address: Address): Located;
  /** What is wrong with databases, as far as it has shown. */
  readonly problems: readonly F2bError[];
}

/** What is asked of a file: the record of an address, and what it says. Both throw Malformed. */
export interface Records {
  recordOf(address: Address): number | undefined;
  value(record: number, path: readonly string[]): string | number | undefined;
}

/** A database, and the file that it is from. */
export interface NamedDatabase {
  readonly path: string;
  readonly database: Records;
}

const LONGEST_OWNER = 100;

/** As MaxMind and DB-IP have it, and as flat databases do. */
const COUNTRY_PATHS = [['country', 'iso_code'], ['registered_country', 'iso_code'], ['country_code']];
const NUMBER_PATHS = [['autonomous_system_number'], ['asn']];
const NAME_PATHS = [['autonomous_system_organization'], ['as_name']];

export function createGeoIp(
  { countries, owners }: { readonly countries?: NamedDatabase; readonly owners?: NamedDatabase },
  found: readonly F2bError[],
): GeoIp {
  const problems = [...found];
  const told = (error: F2bError): void => void problems.push(error);
  const countryOf = answers(countries, countryIn, told);
  const ownerOf = answers(owners, ownerIn, told);
  return {
    problems,
    locate(address) {
      const [country, owner] = [countryOf(address), ownerOf(address)];
      return { ...(country === undefined ? {} : { country }), ...(owner === undefined ? {} : { owner }) };
    },
  };
}

/** Many addresses share a record, so what it says is kept. */
function answers(
  named: NamedDatabase | undefined,
  read: (database: Records, record: number) => string | undefined,
  told: (error: F2bError) => void,
): (address: Address) => string | undefined {
  const known = new Map<number, string | undefined>();
  let asked = named;
  return (address) => {
    if (asked === undefined) return undefined;
    try {
      const record = asked.database.recordOf(address);
      if (record === undefined) return undefined;
      if (!known.has(record)) known.set(record, read(asked.database, record));
      return known.get(record);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      told(unusable(asked.path, error));
      asked = undefined;
      return undefined;
    }
  };
}

export function unusable(path: string, cause: Error): F2bError {
  return new F2bError('GEOIP_UNUSABLE', `${path}: ${cause.message}`, { cause });
}

function first(database: Records, record: number, paths: readonly (readonly string[])[]): string | number | undefined {
  for (const path of paths) {
    const value = database.value(record, path);
    if (value !== undefined) return value;
  }
  return undefined;
}

function countryIn(database: Records, record: number): string | undefined {
  const code = first(database, record, COUNTRY_PATHS);
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : undefined;
}

function ownerIn(database: Records, record: number): string | undefined {
  const [given, name = ''] = [first(database, record, NUMBER_PATHS), first(database, record, NAME_PATHS)];
  const digits = /^(?:AS)?(\d{1,10})$/.exec(String(given ?? ''))?.[1];
  if (digits === undefined) return undefined;
  return `AS${digits} ${String(name).slice(0, LONGEST_OWNER)}`.trim();
}
