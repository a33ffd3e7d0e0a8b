/** Where addresses are and whose networks they are in, for the verbs that show it where the administrator has databases. */
import { Option } from 'commander';
import type { Address } from '../core/address/address.js';
import type { GeoIp, Located } from '../geoip/geoip.js';
import { errorLines } from '../text/error-lines.js';
import type { Dependencies } from './dependencies.js';
import { styleFor } from './print/style.js';

export interface GeoIpOptions {
  readonly geoipDirectory?: string;
}

/** `--geoip-directory` */
export function geoipOption(): Option {
  return new Option('--geoip-directory <dir>', 'where databases (*.mmdb) of countries and network owners are');
}

/** What is known of an address. */
export type Locate = (address: Address) => Located;

/** Where there is no database. */
export const nowhere: Locate = () => ({});

/** Lets `work` locate addresses; afterwards tells, beside what it printed, what is wrong with the databases. */
export async function locating<T>(
  { geoipDirectory }: GeoIpOptions,
  dependencies: Pick<Dependencies, 'geoip' | 'errors' | 'environment'>,
  work: (locate: Locate, geoip: GeoIp | undefined) => Promise<T>,
): Promise<T> {
  const geoip = await dependencies.geoip(geoipDirectory);
  try {
    return await work(geoip?.locate ?? nowhere, geoip);
  } finally {
    const { errors, environment } = dependencies;
    for (const problem of geoip?.problems ?? [])
      for (const line of errorLines(problem, styleFor(errors, environment), 'f2bctl')) errors.write(`${line}\n`);
  }
}
