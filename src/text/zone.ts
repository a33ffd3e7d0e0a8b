/** Time zones: of this process, by rules in TZ or by the system, and by name. */
import { IANAZone } from 'luxon';
import type { Zone } from '../filter/dated-lines.js';
import { posixZone } from '../filter/dates/posix-zone.js';

export type { Zone };

export const UTC: Zone = { offsetAt: () => 0 };

const SYSTEM: Zone = { offsetAt: (epoch) => -60 * new Date(epoch * 1000).getTimezoneOffset() };

/** The zone of this process; `tz` is the variable TZ, see tzset(3): its rules only we can read. */
export function localZone(tz: string | undefined): Zone {
  return posixZone(tz?.replace(/^:/, '') ?? '') ?? SYSTEM;
}

/** `UTC`, or a name of the time zone database; undefined when there is no such zone. */
export function namedZone(name: string): Zone | undefined {
  if (/^(?:UTC|Z)$/i.test(name)) return UTC;
  if (!IANAZone.isValidZone(name)) return undefined;
  const zone = IANAZone.create(name);
  return { offsetAt: (epoch) => Math.round(zone.offset(epoch * 1000) * 60) };
}
