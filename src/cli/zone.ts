/** Time zones: of this process, by rules in TZ or by the system, and by name. */
import { IANAZone } from 'luxon';
import type { Zone } from '../filter/dated-lines.js';
import { posixZone } from '../filter/dates/posix-zone.js';

const UTC: Zone = { offsetAt: () => 0 };

const SYSTEM: Zone = { offsetAt: (epoch) => -60 * new Date(epoch * 1000).getTimezoneOffset() };

/**
 * What Dependencies call the zone of this process. `tz` is the variable TZ, see tzset(3): its rules only we can read.
 */
export function zoneNameOf(tz: string | undefined): string {
  const rule = tz?.replace(/^:/, '') ?? '';
  return posixZone(rule) === undefined ? 'local' : rule;
}

/** The zone of a name as in Dependencies. */
export function zoneOf(name: string): Zone {
  return name === 'local' ? SYSTEM : (posixZone(name) ?? namedZone(name) ?? UTC);
}

/** The zone of this process; `tz` is the variable TZ. */
export function localZone(tz: string | undefined): Zone {
  return zoneOf(zoneNameOf(tz));
}

/** `UTC`, or a name of the time zone database; undefined when there is no such zone. */
export function namedZone(name: string): Zone | undefined {
  if (/^(?:UTC|Z)$/i.test(name)) return UTC;
  if (!IANAZone.isValidZone(name)) return undefined;
  const zone = IANAZone.create(name);
  return { offsetAt: (epoch) => zone.offset(epoch * 1000) * 60 };
}
